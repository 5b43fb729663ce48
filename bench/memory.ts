/** What an idle server keeps in memory, beside a bare Node. */

import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, launch, participants, reason } from './bench.ts';
import { programs } from './entries.ts';
import { type Memory, type Server, startServer } from './server.ts';
import type { Row, Table } from './table.ts';

/** The row of a Node process that does nothing. */
export const BARE_NODE = 'bare Node';

const FEW = 100;
const MEGABYTE = 1e6;

/** Resident and anonymous memory with 100 services, and what each service beyond them costs. */
export async function measureMemory(bench: Bench): Promise<readonly Table[]> {
  const many = bench.options.quick ? 2000 : 10_000;
  const node = await bareNode(bench);
  const few = await idle(bench, FEW);
  const lots = await idle(bench, FEW + many);
  const each = lots.map((row, i): Measured => {
    const small = few[i]?.memory ?? null;
    if (row.memory === null || small === null) return { ...row, memory: null };
    const { resident, anonymous } = row.memory;
    return {
      ...row,
      memory: {
        resident: (resident - small.resident) / many,
        anonymous: (anonymous - small.anonymous) / many,
      },
    };
  });
  const first = { name: BARE_NODE, memory: node, remark: null };
  return [
    table(
      'memory',
      `Idle with ${FEW} services: resident`,
      'MB',
      [first, ...few],
      ({ resident }) => resident / MEGABYTE,
    ),
    table(
      'memory-anonymous',
      `Idle with ${FEW} services: anonymous`,
      'MB',
      [first, ...few],
      ({ anonymous }) => anonymous / MEGABYTE,
    ),
    table(
      'memory-service',
      `Each service beyond ${FEW}: resident`,
      'bytes',
      each,
      ({ resident }) => resident,
    ),
  ];
}

interface Measured {
  readonly name: string;
  readonly memory: Memory | null;
  readonly remark: string | null;
}

async function idle(bench: Bench, services: number): Promise<readonly Measured[]> {
  const all = participants(bench, 'many', programs(services, bench.native.child));
  const servers = new Map<string, Server>();
  const absent = new Map<string, string>();
  try {
    for (const participant of all) {
      try {
        servers.set(participant.name, (await launch(bench, participant)).server);
      } catch (error) {
        absent.set(participant.name, reason(error));
      }
    }
    await settle(bench);
    return all.map(({ name }) => ({
      name,
      memory: servers.get(name)?.memory() ?? null,
      remark: absent.get(name) ?? null,
    }));
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

async function bareNode(bench: Bench): Promise<Memory> {
  const script = `${bench.folder}/bare.cjs`;
  writeFileSync(script, 'setInterval(() => {}, 1e6);\n');
  const command = { argv: [process.execPath, script], config: null, pidFile: null };
  const setup = { folder: bench.folder, descriptors: 0, libraries: null, log: { to: 'null' } } as const;
  const node = await startServer(command, setup);
  try {
    await settle(bench);
    return node.memory();
  } finally {
    await node.stop();
  }
}

/** What a start leaves behind has time to be tidied up. */
function settle(bench: Bench): Promise<void> {
  return sleep(bench.options.quick ? 1000 : 3000);
}

function table(
  name: string,
  title: string,
  unit: string,
  rows: readonly Measured[],
  figure: (memory: Memory) => number,
): Table {
  return {
    name,
    title,
    unit,
    better: 'less',
    digits: unit === 'MB' ? 1 : 0,
    rows: rows.map(
      ({ name: row, memory, remark }): Row => ({
        name: row,
        values: memory === null ? [] : [figure(memory)],
        ...(remark === null ? {} : { remark }),
      }),
    ),
  };
}
