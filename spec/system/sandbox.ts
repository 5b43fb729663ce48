/**
 * A machine of its own for one spec file: private processes, network (127.0.0.1, ::1, 10.9.9.9, fd00:9::9), /run and
 * /etc. Whatever a spec starts or leaves behind ends with it, however the spec ends: the kernel sees to that.
 */

import { execFileSync } from 'node:child_process';
import { accessSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, jest } from '@jest/globals';
import { Agent, type Told } from './agent.ts';
import { Clients } from './clients.ts';

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
export class Sandbox extends Clients {
  #lastPath = 0;

  constructor() {
    super(new Agent());
  }

  /** Makes it; a spec finds it open. */
  open(): Promise<void> {
    const fixture = (name: string) => path.join(root, 'spec/fixtures', name);
    const namespaces = ['--net', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
    const words = [
      'sh',
      '-c',
      setup,
      'sandbox',
      process.execPath,
      fixture('servers.c'),
      fixture('agent.mjs'),
    ];
    return this.agent.open(['unshare', ...namespaces, ...words], { PATH: systemPath });
  }

  /** Ends every process in it, between two specs. */
  clear(): Promise<void> {
    return this.agent.clear();
  }

  /** Ends it, with all that is in it. */
  close(): Promise<void> {
    return this.agent.close();
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

  async write(file: string, text: string | Uint8Array, mode = 0o644): Promise<string> {
    await this.agent.ask('writeFile', { path: file, text, mode });
    return file;
  }

  read(file: string): Promise<string> {
    return this.agent.ask('readFile', { path: file });
  }

  /** Runs a shell command to its end. */
  shell(
    script: string,
    options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
  ): Promise<Result> {
    const env = { PATH: systemPath, HOME: scratch, ...options.env };
    return this.agent.ask('run', {
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
    const pid = await this.agent.ask<number>('start', { ...program, options });
    this.agent.watch(pid, watch);
    return pid;
  }

  /** Begins to read what a program with `drain: false` prints. */
  drain(pid: number): Promise<void> {
    return this.agent.ask('drain', { pid });
  }

  kill(pid: number, signal: NodeJS.Signals | 0): Promise<boolean> {
    return this.agent.ask('kill', { pid, signal });
  }

  /** Whether a process lives; a zombie does not. */
  async lives(pid: number): Promise<boolean> {
    const stat = await this.read(`/proc/${pid}/stat`).catch(() => ') Z');
    return !/\) [ZX]/.test(stat);
  }
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

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
