/** One running server: started, measured and ended by its process id. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from './peers.ts';

/** Resident memory in bytes; `anonymous` is that which no other process can share. */
export interface Memory {
  readonly resident: number;
  readonly anonymous: number;
}

/** Standard error of a server: nowhere, into a file, or a pipe whose other end nobody reads. */
export type LogSink =
  | { readonly to: 'null' | 'unread' }
  | { readonly to: 'file'; readonly descriptor: number };

/** How long a server may take to end before it is killed. */
const PATIENCE_MS = 5000;

/** Starts a server with room for `descriptors` and waits for a daemon's first process to end. */
export async function startServer(
  command: Command,
  setup: {
    readonly folder: string;
    readonly descriptors: number;
    readonly libraries: string | null;
    readonly log: LogSink;
  },
): Promise<Server> {
  mkdirSync(setup.folder, { recursive: true });
  if (command.config !== null) writeFileSync(command.config.file, command.config.text);
  // The soft limit that the world's services start with: some servers close every descriptor up to it, one by one.
  const limit = 'ulimit -S -n "$0" 2>/dev/null || ulimit -n "$0"; exec "$@"';
  const child = spawn('/bin/sh', ['-c', limit, String(Math.max(1024, setup.descriptors)), ...command.argv], {
    cwd: '/',
    env: { ...process.env, ...(setup.libraries === null ? {} : { LD_LIBRARY_PATH: setup.libraries }) },
    stdio: ['ignore', 'ignore', standardError(setup.log)],
  });
  child.on('error', () => undefined); // seen as a process that is gone
  child.stderr?.pause();
  if (command.pidFile === null) return new Server(child, child.pid ?? 0);
  return new Server(child, await readPid(child, command.pidFile));
}

/** A server under measurement. */
export class Server {
  readonly pid: number;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
  }

  /** False once it ended, also when nobody has reaped it yet. */
  get alive(): boolean {
    const fields = fieldsOf(this.pid);
    return fields !== null && fields[0] !== 'Z';
  }

  /** Reads /proc/PID/smaps_rollup (proc(5)). */
  memory(): Memory {
    const text = readFileSync(`/proc/${this.pid}/smaps_rollup`, 'latin1');
    const kilobytes = (field: string): number =>
      Number(new RegExp(`^${field}: +(\\d+) kB`, 'm').exec(text)?.[1]);
    return { resident: kilobytes('Rss') * 1024, anonymous: kilobytes('Anonymous') * 1024 };
  }

  /** CPU time so far, microseconds, of all threads and no child (proc(5): utime and stime, in hundredths of a second). */
  cpuUs(): number {
    const fields = fieldsOf(this.pid);
    return (Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0)) * 10_000;
  }

  /** Asks it to end, then makes it. */
  async stop(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      this.signal(signal);
      const until = performance.now() + PATIENCE_MS;
      while (this.alive && performance.now() < until) await sleep(5);
    }
    this.#child.stderr?.destroy();
  }

  /** Sends a signal, if it still runs. */
  signal(name: NodeJS.Signals): void {
    if (this.alive) process.kill(this.pid, name);
  }
}

function standardError(log: LogSink): 'ignore' | 'pipe' | number {
  if (log.to === 'file') return log.descriptor;
  return log.to === 'unread' ? 'pipe' : 'ignore';
}

async function readPid(child: ChildProcess, file: string): Promise<number> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const pid = Number(textOf(file));
    if (child.exitCode !== null && pid > 0) return pid;
    await sleep(5);
  }
  throw new Error('wrote no pid file');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** The fields of proc(5) behind the name, the state first; null when there is no such process. */
function fieldsOf(pid: number): readonly string[] | null {
  const stat = pid > 0 ? textOf(`/proc/${pid}/stat`) : '';
  return stat === '' ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
