/** Who owns a TCP connection of this machine, by the kernel's own tables (proc(5), /proc/net/tcp). */

import { createReadStream } from 'node:fs';
import { endianness } from 'node:os';

/** One end of a connection: IPv4 addresses have 4 bytes, IPv6 addresses 16. */
export interface End {
  readonly address: Uint8Array;
  readonly port: number;
}

/** A connection as this machine sees it. */
export interface Ends {
  readonly local: End;
  readonly remote: End;
}

/** The user number of whoever has the connection open; null when nobody has. Rejects when the tables cannot be read. */
export async function ownerOf(ends: Ends, folder = '/proc/net'): Promise<number | null> {
  for (const { table, key } of placesOf(ends)) {
    const owner = await search(`${folder}/${table}`, key);
    if (owner !== null) return owner;
  }
  return null;
}

/** The tables to look in, with the text that stands for the two ends there. */
function placesOf(ends: Ends): readonly { readonly table: string; readonly key: string }[] {
  const { local, remote } = ends;
  const key = (prefix: readonly number[]) =>
    [local, remote].map(({ address, port }) => `${hex([...prefix, ...address])}:${hexPort(port)}`).join(' ');
  if (local.address.length !== 4) return [{ table: 'tcp6', key: key([]) }];
  // An IPv6 socket serves IPv4 too and then shows mapped addresses (RFC 4291, 2.5.5.2).
  return [
    { table: 'tcp', key: key([]) },
    { table: 'tcp6', key: key([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]) },
  ];
}

/** The kernel prints addresses as 32-bit numbers in its own order of bytes. */
function hex(address: readonly number[]): string {
  const bytes = Buffer.from(address);
  if (endianness() === 'LE') bytes.swap32();
  return bytes.toString('hex').toUpperCase();
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

async function search(path: string, key: string): Promise<number | null> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'latin1' })) {
    const text = rest + String(chunk);
    const found = ownerIn(text, key);
    if (found !== null) return found;
    rest = text.slice(text.lastIndexOf('\n') + 1);
  }
  return null;
}

/**
 * The owner in the first complete line of these ends. A line without an inode is a connection that no process has any
 * more (TIME_WAIT and the like): its 0 does not mean root.
 */
function ownerIn(text: string, key: string): number | null {
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    const end = text.indexOf('\n', at);
    if (end < 0) return null;
    const [, , , , , , uid, , inode] = text.slice(at, end).trim().split(/\s+/);
    if (inode !== '0') return Number(uid);
  }
  return null;
}
