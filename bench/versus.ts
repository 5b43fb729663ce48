/** Several servers under the same load in turn. */

import { type Bench, launch, type Participant, type Running, reason } from './bench.ts';
import { rotate } from './measure.ts';
import { type Callers, type Load, load } from './native.ts';
import type { Row } from './table.ts';

/** What to measure of each participant. */
export interface Contest {
  readonly participants: readonly Participant[];
  readonly port: number;
  readonly callers: Callers;
  /** The figure of one round; null when a round without an answer has none. */
  readonly figure: (load: Load) => number | null;
  /** Instead of the run's. */
  readonly rounds?: number;
  readonly roundMs?: number;
  readonly warmUpMs?: number;
}

interface Contender {
  readonly running: Running;
  readonly values: number[];
  failed: number;
  silent: number;
  served: number;
  /** When the rounds began, then of all of them. */
  cpuUs: number;
}

/**
 * Starts every participant, idle ones cost nothing, and loads them one after the other, round by round, so that what
 * else the machine does hits all alike. `around` sees the contenders before the first and after the last round.
 */
export async function versus(
  bench: Bench,
  contest: Contest,
  around: { readonly before?: Visit; readonly after?: Visit } = {},
): Promise<readonly Row[]> {
  const started = new Map<string, Contender>();
  const absent = new Map<string, string>();
  try {
    for (const participant of contest.participants) {
      try {
        started.set(participant.name, fresh(await launch(bench, participant)));
      } catch (error) {
        absent.set(participant.name, reason(error));
      }
    }
    const contenders = [...started.values()];
    const roundMs = contest.roundMs ?? bench.roundMs;
    for (const contender of contenders)
      await round(bench, contest, contender, contest.warmUpMs ?? Math.min(roundMs, WARM_UP_MS));
    for (const contender of contenders) {
      // The first round warms up.
      Object.assign(contender, fresh(contender.running), { cpuUs: contender.running.server.cpuUs() });
      around.before?.(contender.running);
    }
    for (let i = 0; i < (contest.rounds ?? bench.rounds); i += 1) {
      for (const contender of rotate(contenders, i)) await round(bench, contest, contender, roundMs);
    }
    for (const contender of contenders) {
      contender.cpuUs = contender.running.server.cpuUs() - contender.cpuUs;
      around.after?.(contender.running);
    }
  } finally {
    await Promise.all([...started.values()].map(({ running }) => running.server.stop()));
  }
  return contest.participants.map(({ name }) => row(name, started.get(name), absent.get(name)));
}

function fresh(running: Running): Contender {
  return { running, values: [], failed: 0, silent: 0, served: 0, cpuUs: 0 };
}

/** Programs and configuration are in the caches then, and a compiled language has compiled what it will. */
const WARM_UP_MS = 200;

/** Calls enough to divide the clock of proc(5) by, which ticks every 10 ms. */
const MANY = 200;

/** Looks at a server that serves. */
export type Visit = (running: Running) => void;

async function round(bench: Bench, contest: Contest, contender: Contender, ms: number): Promise<void> {
  const target = { address: contender.running.address, port: contest.port };
  const result = await load(bench.native, target, contest.callers, ms);
  contender.failed += result.failed;
  contender.served += result.served;
  if (result.served === 0) contender.silent += 1;
  const figure = contest.figure(result);
  if (figure !== null) contender.values.push(figure);
}

function row(name: string, contender: Contender | undefined, absent: string | undefined): Row {
  if (contender === undefined) return { name, values: [], remark: absent ?? 'not started' };
  const { values, failed, silent } = contender;
  const remarks = [
    ...(silent === 0 ? [] : [`${silent} rounds without an answer`]),
    ...(failed === 0 ? [] : [`${failed} calls failed`]),
  ];
  return {
    name,
    values,
    ...(remarks.length === 0 ? {} : { remark: remarks.join(', ') }),
    ...(contender.served < MANY ? {} : { cpuUs: contender.cpuUs / contender.served }),
  };
}
