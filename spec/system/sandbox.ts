/**
 * A machine of its own for one spec file: private processes, network (127.0.0.1, ::1, 10.9.9.9, fd00:9::9), /run and
 * /etc. Whatever a spec starts or leaves behind ends with it, however the spec ends: the kernel sees to that.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, jest } from '@jest/globals';

/** The checkout. */
export const root = path.resolve(import.meta.dirname, '../..');

/** Where a sandbox keeps its files; empty at its start, on no disk. */
export const scratch = '/run/spec';

/** The tiny servers of fixtures/servers.c, under the names that select them. */
const servers = [
  ...[
    'acc1',
    'args',
    'dribble',
    'echo1',
    'hello',
    'hello2',
    'hold',
    'hold-dgram',
    'linger',
    'orphan',
    'read1',
  ],
  ...['sleep', 'state', 'state-dgram', 'state-wait', 'stubborn'],
];

/** `ip` and `mount` as the first process of the sandbox runs them; the agent takes over from here. */
const setup = `set -e
ip link set lo up
ip address add 10.9.9.9/32 dev lo
ip address add fd00:9::9/128 dev lo nodad
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p ${scratch}/bin ${scratch}/etc ${scratch}/work /run/lock
chmod 755 ${scratch}
mount -t overlay -o lowerdir=/etc,upperdir=${scratch}/etc,workdir=${scratch}/work overlay /etc
gcc -O1 -o ${scratch}/servers "$2"
for name in ${servers.join(' ')}; do ln ${scratch}/servers ${scratch}/bin/$name; done
"$1" "$3" &
wait $!`;

/** What a program left behind. */
export interface Result {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a conversation went: `outcome` is `end`, `timeout` or the code of an error. */
export interface Talk {
  readonly data: Buffer;
  readonly outcome: string;
}

/** Whom to talk to; the host is 127.0.0.1 unless given, and a path stands for a Unix socket. */
export interface Target {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly timeoutMs?: number;
}

/** A datagram that came back, and whence. */
export interface Answer {
  readonly data: Buffer;
  readonly address: string;
  readonly port: number;
}

/** What is told of a program that `start` started. */
export type Told =
  | { readonly stream: 'stdout' | 'stderr'; readonly lines: readonly string[] }
  | { readonly exit: { readonly status: number | null; readonly signal: string | null } };

/** Specs that need root, and say so in their title; skipped without it. */
export function asRoot(title: string, specs: (box: Sandbox) => void): void {
  const suite = canIsolate() ? describe : describe.skip;
  // What a case waits for has a time-out of its own; the machine may be slow.
  jest.setTimeout(30_000);
  suite(`${title} (as root)`, () => {
    const box = new Sandbox();
    beforeAll(() => box.open());
    afterEach(() => box.clear());
    afterAll(() => box.close());
    specs(box);
  });
}

/** The sandbox of one spec file. */
export class Sandbox {
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #watchers = new Map<number, (told: Told) => void>();
  /** What was told of a program before its watcher was there. */
  readonly #early = new Map<number, Told[]>();
  #agent: ChildProcess | null = null;
  #lastRequest = 0;
  #lastPath = 0;

  /** Makes it; a spec finds it open. */
  async open(): Promise<void> {
    const fixture = (name: string) => path.join(root, 'spec/fixtures', name);
    const agent = spawn(
      'unshare',
      [
        ...[
          '--net',
          '--mount',
          '--pid',
          '--mount-proc',
          '--fork',
          '--kill-child',
          'sh',
          '-c',
          setup,
          'sandbox',
        ],
        ...[process.execPath, fixture('servers.c'), fixture('agent.mjs')],
      ],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced', env: { PATH: systemPath } },
    );
    this.#agent = agent;
    await new Promise<void>((resolve, reject) => {
      agent.on('exit', () => reject(new Error('the sandbox could not be made')));
      agent.once('message', () => resolve());
    });
    agent.on('message', (message) => this.#heard(message as Message));
  }

  /** Ends every process in it, between two specs. */
  async clear(): Promise<void> {
    await this.#ask('killAll', {});
    this.#watchers.clear();
    this.#early.clear();
  }

  /** Ends it, with all that is in it. */
  async close(): Promise<void> {
    const agent = this.#agent;
    if (!agent?.connected) return;
    await new Promise<void>((resolve) => {
      agent.on('exit', () => resolve());
      agent.disconnect();
    });
  }

  /** The path of one of the tiny servers. */
  server(name: string): string {
    return `${scratch}/bin/${name}`;
  }

  /** A path in it that nobody uses yet. */
  fresh(suffix = ''): string {
    this.#lastPath += 1;
    return `${scratch}/${this.#lastPath}${suffix}`;
  }

  async write(file: string, text: string, mode = 0o644): Promise<string> {
    await this.#ask('writeFile', { path: file, text, mode });
    return file;
  }

  read(file: string): Promise<string> {
    return this.#ask('readFile', { path: file });
  }

  /** Runs a shell command to its end. */
  shell(
    script: string,
    options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
  ): Promise<Result> {
    const env = { PATH: systemPath, HOME: '/root', ...options.env };
    return this.#ask('run', {
      command: '/bin/bash',
      // Its input is a socket: without --norc bash takes itself for a remote shell and reads ~/.bashrc.
      args: ['--norc', '-c', script],
      options: { env, cwd: options.cwd ?? '/' },
      input: options.input,
    });
  }

  /** Starts a program; `watch` is told what it prints and how it ends. `drain: false` leaves its output unread. */
  async start(
    program: { readonly command: string; readonly args: readonly string[]; readonly drain?: boolean },
    options: {
      readonly env: NodeJS.ProcessEnv;
      readonly cwd: string;
      readonly uid?: number;
      readonly gid?: number;
    },
    watch: (told: Told) => void,
  ): Promise<number> {
    const pid: number = await this.#ask('start', { ...program, options });
    for (const told of this.#early.get(pid) ?? []) watch(told);
    this.#early.delete(pid);
    this.#watchers.set(pid, watch);
    return pid;
  }

  /** Begins to read what a program with `drain: false` prints. */
  drain(pid: number): Promise<void> {
    return this.#ask('drain', { pid });
  }

  kill(pid: number, signal: NodeJS.Signals | 0): Promise<boolean> {
    return this.#ask('kill', { pid, signal });
  }

  /** Whether a process lives; a zombie does not. */
  async lives(pid: number): Promise<boolean> {
    const stat = await this.read(`/proc/${pid}/stat`).catch(() => ') Z');
    return !/\) [ZX]/.test(stat);
  }

  /** Connects, sends, closes its half (unless `halfClose: false`) and collects until the end. */
  tcp(port: number, talk: Target & { send?: string | Uint8Array; halfClose?: boolean } = {}): Promise<Talk> {
    return this.#ask('tcp', {
      ...where(port, talk),
      send: talk.send === undefined ? undefined : Buffer.from(talk.send),
      halfClose: talk.halfClose ?? true,
    });
  }

  /** As `tcp`, and what came back as text. */
  async says(
    port: number,
    talk: Target & { send?: string | Uint8Array; halfClose?: boolean } = {},
  ): Promise<string> {
    const { data, outcome } = await this.tcp(port, talk);
    return data.length > 0 || outcome === 'end' ? data.toString('latin1') : outcome;
  }

  /** Opens a connection that stays open until it is closed or the spec ends. */
  async connect(port: number, target: Target = {}): Promise<Connection> {
    const { id, localPort } = await this.#ask<{ id: number; localPort: number }>(
      'connect',
      where(port, target),
    );
    return {
      localPort,
      write: (text) => this.#ask('write', { id, data: Buffer.from(text) }),
      line: (timeoutMs = 5_000) => this.#readText({ id, until: 'line', timeoutMs }),
      rest: (timeoutMs = 5_000) => this.#readText({ id, until: 'end', timeoutMs }),
      end: () => this.#ask('end', { id }),
      close: () => this.#ask('close', { id }),
      reset: () => this.#ask('reset', { id }),
    };
  }

  /** Connects and resets the connection at once. */
  resetting(port: number): Promise<void> {
    return this.#ask('resetting', where(port, {}));
  }

  /** Sends datagrams from one socket; the answers are `expect` (one for each unless given), or fewer after the time-out. */
  udp(
    port: number,
    payloads: readonly (string | Uint8Array)[],
    talk: Target & { expect?: number } = {},
  ): Promise<readonly Answer[]> {
    return this.#ask('udp', {
      host: '127.0.0.1',
      timeoutMs: 5_000,
      expect: payloads.length,
      ...talk,
      port,
      payloads: payloads.map((payload) => Buffer.from(payload)),
    });
  }

  async #readText(args: { id: number; until: 'line' | 'end'; timeoutMs: number }): Promise<string | null> {
    const read = await this.#ask<Talk | null>('read', args);
    return read === null ? null : read.data.toString('latin1');
  }

  #ask<T>(request: string, args: object): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#lastRequest += 1;
      this.#waiting.set(this.#lastRequest, { resolve: (value) => resolve(value as T), reject });
      if (this.#agent?.connected) this.#agent.send({ id: this.#lastRequest, request, args });
      else reject(new Error('the sandbox is not open'));
    });
  }

  #heard(message: Message): void {
    if ('pid' in message) {
      const watcher = this.#watchers.get(message.pid);
      if (watcher !== undefined) watcher(message);
      else this.#early.set(message.pid, [...(this.#early.get(message.pid) ?? []), message]);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error === undefined) waiting?.resolve(revive(message.value));
    else waiting?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
  }
}

/** A connection that stays open. `line` and `rest` give null when nothing (more) came in time. */
export interface Connection {
  readonly localPort: number;
  write(text: string): Promise<void>;
  line(timeoutMs?: number): Promise<string | null>;
  rest(timeoutMs?: number): Promise<string | null>;
  end(): Promise<void>;
  close(): Promise<void>;
  reset(): Promise<void>;
}

type Message =
  | ({ readonly pid: number } & Told)
  | { readonly id: number; readonly value: unknown; readonly error?: { message: string; code?: string } };

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function where(port: number, target: Target): object {
  const { host, path: file, localAddress, localPort, timeoutMs = 5_000 } = target;
  if (file !== undefined) return { path: file, timeoutMs };
  return { host: host ?? '127.0.0.1', port, localAddress, localPort, timeoutMs };
}

/** Bytes come over the channel as Uint8Array; specs expect a Buffer. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null || !('data' in value)) return value;
  return { ...value, data: Buffer.from(value.data as Uint8Array) };
}

function canIsolate(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    accessSync('/usr/bin/gcc');
    execFileSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
