/** What the kernel says about sockets and processes of a sandbox. */

import type { Sandbox } from './sandbox.ts';

/** A bound socket, as ss(8) shows it. */
export interface Bound {
  readonly inode: number;
  /** Listeners: connections that wait; datagram sockets: bytes that wait. */
  readonly received: number;
  /** Listeners: how many may wait. */
  readonly backlog: number;
  readonly address: string;
  readonly v6only: boolean;
}

/** What a child of a service was given: the output of the server `state`. */
export interface State {
  readonly fds: readonly {
    readonly fd: number;
    readonly kind: string;
    readonly inode: number;
    readonly nonblocking: boolean;
    readonly listening: number;
    readonly sndbuf: number;
    readonly rcvbuf: number;
  }[];
  readonly pid: number;
  readonly sid: number;
  readonly pgrp: number;
  readonly umask: number;
  readonly nofile: number;
  readonly uid: readonly number[];
  readonly gid: readonly number[];
  readonly groups: readonly number[];
  readonly cwd: string;
  readonly peer: string;
  readonly peerPort: string;
  readonly SigBlk: string;
  readonly SigIgn: string;
  readonly env: readonly string[];
}

/** The sockets bound to a port. */
export async function bound(box: Sandbox, kind: 'tcp' | 'udp', port: number): Promise<readonly Bound[]> {
  const { stdout } = await box.shell(`ss -Hna${kind === 'tcp' ? 'lt' : 'u'}e 'sport = :${port}'`);
  return stdout
    .split('\n')
    .filter((line) => /^(LISTEN|UNCONN)/.test(line))
    .map((line) => {
      const [, received, backlog, address] = line.split(/\s+/);
      return {
        inode: Number(/ino:(\d+)/.exec(line)?.[1]),
        received: Number(received),
        backlog: Number(backlog),
        address: String(address),
        v6only: line.includes('v6only:1'),
      };
    });
}

/** The state that a service running `state` gives its caller. */
export async function stateOf(box: Sandbox, port: number, host = '127.0.0.1'): Promise<State> {
  return JSON.parse(await box.says(port, { host })) as State;
}

/** The share of a processor that a process takes during a second: 1 is one whole processor. */
export async function load(box: Sandbox, pid: number): Promise<number> {
  const ticks = async () => {
    const fields = (await box.read(`/proc/${pid}/stat`)).replace(/^.*\) /, '').split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = await ticks();
  await pause(1_000);
  return ((await ticks()) - before) / 100;
}

/** The children of a process. */
export async function children(box: Sandbox, pid: number): Promise<readonly number[]> {
  const { stdout } = await box.shell(`ps -o pid= --ppid ${pid}`);
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** Looks until `look` is true. */
export async function eventually(
  what: string,
  look: () => Promise<boolean>,
  timeoutMs = 5_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await pause(20);
  }
}

/** Lets time pass on a real machine, where nothing tells that something did not happen. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
