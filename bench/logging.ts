/** What superd's log costs, and what happens when nobody takes it. */

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Participant } from './bench.ts';
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
export async function measureLogging(bench: Bench): Promise<readonly Table[]> {
  const descriptor = openSync('/dev/null', 'w');
  try {
    // The file is /dev/null: what is measured is superd, not a disk.
    const rows = await versus(bench, {
      ...CONTEST,
      rounds: bench.rounds + 2,
      participants: [
        contender(bench, LOG_ROWS.off, [], { to: 'null' }),
        contender(bench, LOG_ROWS.on, ['-l'], { to: 'file', descriptor }),
      ],
    });
    return [
      table('logging', 'The log of every connection, trivial program, 16 clients', 'connections/s', rows),
    ];
  } finally {
    closeSync(descriptor);
  }
}

/** A log that is stuck all the time, beside one that is taken; throughput and growth of memory. */
export async function measureStall(bench: Bench): Promise<readonly Table[]> {
  const descriptor = openSync('/dev/null', 'w');
  const deaf = bench.isolated ? spawn(bench.native.deaf, ['/dev/log'], { stdio: 'ignore' }) : null;
  const before = new Map<string, number>();
  const growth: Row[] = [];
  try {
    if (deaf !== null) await sleep(100);
    const contenders = [
      contender(bench, LOG_ROWS.on, ['-l'], { to: 'file', descriptor }),
      contender(bench, LOG_ROWS.unread, ['-l'], { to: 'unread' }),
      ...(deaf === null ? [] : [contender(bench, LOG_ROWS.full, ['-l', '--log', 'syslog'], { to: 'null' })]),
    ];
    const rounds = Math.max(2, Math.round(bench.options.stallMs / (contenders.length * ROUND_MS)));
    const rows = await versus(
      bench,
      { ...CONTEST, participants: contenders, rounds, roundMs: ROUND_MS },
      {
        before: ({ name, server }) => before.set(name, server.memory().resident),
        after: ({ name, server }) => {
          growth.push({ name, values: [(server.memory().resident - (before.get(name) ?? 0)) / 1e6] });
        },
      },
    );
    const skipped: readonly Row[] =
      deaf === null ? [{ name: LOG_ROWS.full, values: [], remark: 'needs root' }] : [];
    const time = `${Math.round((rounds * contenders.length * ROUND_MS) / 1000)} s`;
    return [
      table('log-stall', `A log that is stuck for ${time} under load`, 'connections/s', [
        ...rows,
        ...skipped,
      ]),
      {
        ...table('log-stall-memory', `Growth of memory in these ${time}: resident`, 'MB', [
          ...growth,
          ...skipped,
        ]),
        better: 'less',
        digits: 1,
      },
    ];
  } finally {
    deaf?.kill();
    closeSync(descriptor);
  }
}

const ROUND_MS = 1000;

function contender(bench: Bench, name: string, words: readonly string[], log: LogSink): Participant {
  return { name, peer: superd(bench.root, words), entries: programs(1, bench.native.child), log };
}

function table(name: string, title: string, unit: string, rows: readonly Row[]): Table {
  return { name, title, unit, better: 'more', digits: 0, rows };
}
