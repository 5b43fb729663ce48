/** What superd's log costs, and what happens when nobody takes it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Participant, Running } from './bench.ts';
import { FIRST_PORT, programs } from './entries.ts';
import type { Load } from './native.ts';
import { superd } from './peers.ts';
import type { LogSink } from './server.ts';
import type { Row, Table } from './table.ts';
import { versus } from './versus.ts';

/** The rows that the budgets compare. */
export const LOG_ROWS = {
  off: 'log of connections off',
  on: 'log of connections into a file',
  unread: 'standard error that nobody reads',
  full: '/dev/log that nobody reads',
} as const;

const CONTEST = {
  port: FIRST_PORT,
  callers: { workload: 'connect', clients: 16 },
  figure: (load: Load): number => load.perSecond,
} as const;

/** Each connection's start and end logged, or not. */
export function measureLogging(bench: Bench): Promise<readonly Table[]> {
  return withSink(async (file) => {
    const participants = [
      contender(bench, LOG_ROWS.off, [], { to: 'null' }),
      contender(bench, LOG_ROWS.on, ['-l'], file),
    ];
    const rows = await versus(bench, { ...CONTEST, participants, rounds: bench.rounds + 2 });
    return [throughput('logging', 'The log of every connection, trivial program, 16 clients', rows)];
  });
}

/** Logs that are stuck all the time, beside one that is taken; throughput and growth of memory. */
export function measureStall(bench: Bench): Promise<readonly Table[]> {
  return withSink(async (file) => {
    const deaf = bench.isolated ? await hungLogDaemon(bench) : null;
    try {
      return await stalled(bench, [
        contender(bench, LOG_ROWS.on, ['-l'], file),
        contender(bench, LOG_ROWS.unread, ['-l'], { to: 'unread' }),
        ...(deaf === null
          ? []
          : [contender(bench, LOG_ROWS.full, ['-l', '--log', 'syslog'], { to: 'null' })]),
      ]);
    } finally {
      deaf?.kill();
    }
  });
}

async function stalled(bench: Bench, participants: readonly Participant[]): Promise<readonly Table[]> {
  const roundMs = bench.options.quick ? 500 : 1000;
  const rounds = Math.max(2, Math.round(bench.options.stallMs / (participants.length * roundMs)));
  const [before, after] = [new Map<string, number>(), new Map<string, number>()];
  const note = (to: Map<string, number>) => (running: Running) =>
    to.set(running.name, running.server.memory().resident / 1e6);
  const rows = await versus(
    bench,
    {
      ...CONTEST,
      participants,
      rounds,
      roundMs,
      warmUpMs: bench.options.quick ? roundMs : 3 * roundMs,
    },
    { before: note(before), after: note(after) },
  );
  const growth = rows.map(({ name, remark }): Row => {
    const [first, last] = [before.get(name), after.get(name)];
    if (first === undefined || last === undefined) return { name, values: [], remark: remark ?? '' };
    return { name, values: [last - first] };
  });
  const time = `${Math.round((rounds * participants.length * roundMs) / 1000)} s`;
  return [
    throughput('log-stall', `A log that is stuck for ${time} under load`, rows),
    {
      name: 'log-stall-memory',
      title: `Growth of resident memory in these ${time}`,
      unit: 'MB',
      better: 'less',
      digits: 1,
      rows: growth,
    },
  ];
}

/** A log into a file, which is /dev/null: what is measured is superd, not a disk. */
async function withSink<T>(work: (file: LogSink) => Promise<T>): Promise<T> {
  const descriptor = openSync('/dev/null', 'w');
  try {
    return await work({ to: 'file', descriptor });
  } finally {
    closeSync(descriptor);
  }
}

async function hungLogDaemon(bench: Bench): Promise<ChildProcess> {
  const deaf = spawn(bench.native.deaf, ['/dev/log'], { stdio: 'ignore' });
  await sleep(100);
  return deaf;
}

function contender(bench: Bench, name: string, words: readonly string[], log: LogSink): Participant {
  return { name, peer: superd(bench.root, words), entries: programs(1, bench.native.child), log };
}

function throughput(name: string, title: string, rows: readonly Row[]): Table {
  return { name, title, unit: 'connections/s', better: 'more', digits: 0, rows };
}
