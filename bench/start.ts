/** How long thousands of services take to start and to reload. */

import { appendFileSync, readFileSync } from 'node:fs';
import {
  answered,
  type Bench,
  begin,
  lastPort,
  type Participant,
  participants,
  type Running,
  reason,
} from './bench.ts';
import { type Entry, FIRST_PORT, inetdConf, programs, xinetdConf } from './entries.ts';
import { rotate } from './measure.ts';
import { monotonicMs } from './native.ts';
import type { Row, Table } from './table.ts';

interface Times {
  readonly start: number[];
  readonly reload: number[];
  /** Listeners that were there before the reload and not after it. */
  readonly lost: number[];
  remark: string | null;
}

/** Start: from exec to the first answer of the last service. Reload: from HUP to that of one service more. */
export async function measureStart(bench: Bench): Promise<readonly Table[]> {
  const count = bench.options.quick ? 2000 : 10_000;
  const all = participants(bench, 'many', programs(count, bench.native.child));
  const times = new Map(
    all.map(({ name }) => [name, { start: [], reload: [], lost: [], remark: null } as Times]),
  );
  for (let i = 0; i < (bench.options.quick ? 1 : 3); i += 1) {
    for (const participant of rotate(all, i)) {
      const mine = times.get(participant.name);
      if (mine !== undefined && mine.remark === null) await once(bench, participant, mine);
    }
  }
  // The budgets are for the whole number: a quick run's tables have names of their own.
  const suffix = bench.options.quick ? '-quick' : '';
  const services = `${count.toLocaleString('en')} services`;
  const table = (
    name: string,
    title: string,
    unit: string,
    values: (times: Times) => readonly number[],
  ): Table => ({
    name: name + suffix,
    title,
    unit,
    better: 'less',
    digits: 0,
    rows: [...times].map(
      ([row, of]): Row => ({
        name: row,
        values: values(of),
        ...(of.remark === null ? {} : { remark: of.remark }),
      }),
    ),
  });
  return [
    table('start', `Start with ${services}`, 'ms', ({ start }) => start),
    table('reload', `Reload of ${services}, one more than before`, 'ms', ({ reload }) => reload),
    table('reload-lost', 'Listeners that the reload closed', 'listeners', ({ lost }) => lost),
  ];
}

async function once(bench: Bench, participant: Participant, times: Times): Promise<void> {
  const { entries } = participant;
  let running: Running | null = null;
  try {
    const before = monotonicMs();
    running = await begin(bench, participant);
    times.start.push((await answered(bench, running, lastPort(entries), true)) - before);
    await reloadOnce(bench, participant, running, times);
  } catch (error) {
    times.remark = reason(error);
  } finally {
    await running?.server.stop();
  }
}

async function reloadOnce(
  bench: Bench,
  participant: Participant,
  running: Running,
  times: Times,
): Promise<void> {
  const { address } = running;
  const listeners = listenersOf(address);
  if (listeners.size !== participant.entries.length) throw new Error(`${listeners.size} listeners only`);
  const port = FIRST_PORT + participant.entries.length;
  const more: readonly Entry[] = [{ kind: 'program', port, wait: false, program: bench.native.child }];
  const job = { address, user: bench.user, entries: more };
  const xinetd = participant.peer.name === 'xinetd';
  // xinetd takes one `defaults` a file: only the section of the service is added.
  const text = xinetd ? xinetdConf(job).replace(/^defaults\n\{[^}]*\}\n/, '') : inetdConf(job);
  appendFileSync(`${running.folder}/conf`, text);
  const answer = answered(bench, running, port, true);
  const before = monotonicMs();
  running.server.signal('SIGHUP');
  times.reload.push((await answer) - before);
  const after = listenersOf(address);
  times.lost.push([...listeners].filter((inode) => !after.has(inode)).length);
}

/** The inodes of the TCP sockets that listen on an address (proc_net(5)). */
function listenersOf(address: string): ReadonlySet<string> {
  const hex = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase());
  const local = littleEndian() ? hex.toReversed().join('') : hex.join('');
  const inodes = readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.startsWith(`${local}:`) === true && fields[3] === LISTEN)
    .map((fields) => fields[9] ?? '');
  return new Set(inodes);
}

/** TCP_LISTEN of the kernel's tcp_states.h. */
const LISTEN = '0A';

function littleEndian(): boolean {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}
