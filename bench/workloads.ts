/** The contests under load: which servers, which services, which callers. */

import { type Bench, lastPort, type Participant, participants } from './bench.ts';
import { type Entry, FIRST_PORT, portOf, programs } from './entries.ts';
import type { Callers, Load, Native } from './native.ts';
import { type Ability, superd } from './peers.ts';
import type { Table } from './table.ts';
import { versus } from './versus.ts';

/** One figure of every server that can do it. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly needs: Ability;
  readonly entries: (native: Native) => readonly Entry[];
  /** Which of the entries is called; the last TCP one if nothing is said. */
  readonly port?: number;
  readonly callers: Callers;
  readonly figure: (load: Load) => number | null;
  /** superd once more, with the first entry only. */
  readonly besideOne?: boolean;
}

const CLIENTS = 16;
const CONNECT: Callers = { workload: 'connect', clients: CLIENTS };
const ONE_BY_ONE: Callers = { workload: 'connect', clients: 1 };

const perSecond = (load: Load): number => load.perSecond;
const firstByte = (load: Load): number | null => (load.served === 0 ? null : load.us.p50);

const BUILTINS: readonly Entry[] = [
  { kind: 'builtin', name: 'echo', type: 'dgram' },
  { kind: 'builtin', name: 'echo', type: 'stream' },
  { kind: 'builtin', name: 'daytime', type: 'stream' },
];
const ECHO_PORT = portOf({ kind: 'builtin', name: 'echo', type: 'stream' });

// biome-ignore format: a table
/** In the order of the report. */
export const WORKLOADS: readonly Workload[] = [
  { name: 'nowait', title: 'A child a connection, trivial program, 16 clients', unit: 'connections/s', better: 'more', needs: 'nowait',
    entries: ({ child }) => programs(1, child), callers: CONNECT, figure: perSecond },
  { name: 'nowait-1000', title: 'The same with 1,000 listeners', unit: 'connections/s', better: 'more', needs: 'many',
    entries: ({ child }) => programs(1000, child), callers: CONNECT, figure: perSecond, besideOne: true },
  { name: 'nowait-5000', title: 'The same with 5,000 listeners', unit: 'connections/s', better: 'more', needs: 'many',
    entries: ({ child }) => programs(5000, child), callers: CONNECT, figure: perSecond, besideOne: true },
  { name: 'cat', title: 'A child a connection, /bin/cat, 64 bytes there and back, 16 clients', unit: 'connections/s', better: 'more', needs: 'nowait',
    entries: () => programs(1, '/bin/cat'), callers: { ...CONNECT, bytes: 64 }, figure: perSecond },
  { name: 'first-byte', title: 'First byte of a trivial child, one client at a time', unit: 'us', better: 'less', needs: 'nowait',
    entries: ({ child }) => programs(1, child), callers: ONE_BY_ONE, figure: firstByte },
  { name: 'first-byte-5000', title: 'The same with 5,000 listeners', unit: 'us', better: 'less', needs: 'many',
    entries: ({ child }) => programs(5000, child), callers: ONE_BY_ONE, figure: firstByte },
  { name: 'cold', title: 'First byte of a wait server that ends after one caller', unit: 'us', better: 'less', needs: 'wait',
    entries: ({ waitserver }) => [{ kind: 'program', port: FIRST_PORT, wait: true, program: waitserver }],
    callers: { ...ONE_BY_ONE, gapUs: 3000 }, figure: firstByte },
  { name: 'daytime', title: 'Built-in daytime, 16 clients', unit: 'connections/s', better: 'more', needs: 'builtin',
    entries: () => BUILTINS, callers: CONNECT, figure: perSecond },
  { name: 'echo', title: 'Built-in echo, 64 bytes, 16 open connections', unit: 'round trips/s', better: 'more', needs: 'builtin',
    entries: () => BUILTINS, port: ECHO_PORT, callers: { workload: 'echo-stream', clients: CLIENTS, bytes: 64 }, figure: perSecond },
  { name: 'echo-udp', title: 'Built-in echo, datagrams of 64 bytes, 16 sockets', unit: 'round trips/s', better: 'more', needs: 'dgram',
    entries: () => BUILTINS, port: ECHO_PORT, callers: { workload: 'echo-dgram', clients: CLIENTS, bytes: 64 }, figure: perSecond },
];

/** Runs one workload on every server. */
export async function runWorkload(bench: Bench, workload: Workload): Promise<readonly Table[]> {
  const { name, title, unit, better, callers, figure } = workload;
  const entries = workload.entries(bench.native);
  const all = participants(bench, workload.needs, entries);
  const port = workload.port ?? (callers.workload === 'connect' ? calledPort(entries) : ECHO_PORT);
  const rows = await versus(bench, {
    participants: workload.besideOne === true ? [...all, ...beside(bench, all, entries)] : all,
    port,
    callers,
    figure,
  });
  return [{ name, title, unit, better, digits: 0, rows }];
}

/** Programs: the first of many, the last is where the waiting was for. Built-ins: the last, daytime. */
function calledPort(entries: readonly Entry[]): number {
  const [first] = entries;
  return first?.kind === 'program' ? first.port : lastPort(entries);
}

function beside(
  bench: Bench,
  all: readonly Participant[],
  entries: readonly Entry[],
): readonly Participant[] {
  const wanted = all.some(({ name }) => name === 'superd');
  return wanted ? [{ name: ONE_LISTENER, peer: superd(bench.root), entries: entries.slice(0, 1) }] : [];
}

/** The row of superd with one listener in a contest with many. */
export const ONE_LISTENER = 'superd, 1 listener';
