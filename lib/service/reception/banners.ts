/** The banners of a service: files that are sent to callers as they are (xinetd.conf(5)). */

import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Account, Reception, Service } from '../../model/service.ts';
import type { Fd } from '../../sys/socket.ts';
import type { World } from '../serving.ts';
import { sendAll } from '../wrap/send-all.ts';

/** No banner is longer, in bytes. */
const LONGEST = 1024 * 1024;

/** How long a caller may take to read one, ms. */
const TIMEOUT_MS = 5000;

const NOTHING = new Uint8Array(0);

/** Reads them when they are sent, so that a change needs no reload, and tells once what cannot be read. */
export class Banners {
  readonly #service: Service;
  readonly #world: World;
  readonly #unread = new Set<string>();
  /** Files that are being read: callers who come at once share the bytes. */
  readonly #reading = new Map<string, Promise<Uint8Array>>();

  constructor(service: Service, world: World) {
    this.#service = service;
    this.#world = world;
  }

  /**
   * Sends a banner, where there is one, if `reader` may read it; null may. False when the caller is gone, or does not
   * read. It never rejects.
   */
  async send(which: keyof Reception['banner'], fd: Fd, reader: Account | null): Promise<boolean> {
    const path = this.#service.reception?.banner[which] ?? null;
    if (path === null) return true;
    const bytes = await this.#read(path, reader);
    return sendAll(fd, bytes, { ...this.#world, timeoutMs: TIMEOUT_MS });
  }

  #read(path: string, reader: Account | null): Promise<Uint8Array> {
    const key = `${reader === null ? '' : reader.uid} ${path}`;
    const reading =
      this.#reading.get(key) ??
      readBanner(path, reader)
        .then(
          (bytes) => {
            this.#unread.delete(key);
            return bytes;
          },
          () => {
            this.#say(key, path);
            return NOTHING;
          },
        )
        .finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  #say(key: string, path: string): void {
    if (this.#unread.has(key)) return;
    this.#unread.add(key);
    const message = `service = ${this.#service.name}, open of banner ${path} failed`;
    this.#world.emit({ event: 'message', level: 'err', message });
  }
}

/** Rejects with what is wrong: a pipe or a device would hold us up, and is no banner. */
async function readBanner(path: string, reader: Account | null): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > LONGEST || !mayRead(stat, reader)) throw new Error(path);
    const bytes = new Uint8Array(stat.size);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What a server's user may not read is not sent in its name. */
function mayRead({ mode, uid, gid }: Stats, reader: Account | null): boolean {
  if (reader === null || reader.uid === 0) return true;
  if (uid === reader.uid) return (mode & constants.S_IRUSR) !== 0;
  if (gid === reader.gid || reader.groups.includes(gid)) return (mode & constants.S_IRGRP) !== 0;
  return (mode & constants.S_IROTH) !== 0;
}
