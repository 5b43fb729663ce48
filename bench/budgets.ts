/** What superd promises of its speed and size, as ratios to others of the same run where that is possible. */

import { LOG_ROWS } from './logging.ts';
import { BARE_NODE } from './memory.ts';
import { isReference } from './peers.ts';
import type { Results } from './table.ts';
import { ONE_LISTENER } from './workloads.ts';

/** One promise. */
export interface Budget {
  readonly what: string;
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
  /** Behind the number; a ratio has none. */
  readonly unit: string;
  /** Null: not measured in this run. */
  readonly value: (results: Results) => number | null;
}

/** How a budget fared. */
export interface Verdict {
  readonly budget: Budget;
  readonly value: number | null;
  readonly state: 'met' | 'missed' | 'not measured';
}

// biome-ignore format: a table
/** In the order of the report. */
export const BUDGETS: readonly Budget[] = [
  { what: 'children, against a C vfork loop of 2 threads', bound: 'at least', limit: 0.95, unit: '',
    value: (results) => results.ratio('nowait', 'superd', 'vfork loop x 2') },
  { what: 'children, against the fastest super server', bound: 'at least', limit: 1, unit: '', value: againstBest('nowait') },
  { what: '/bin/cat, against the fastest super server', bound: 'at least', limit: 1, unit: '', value: againstBest('cat') },
  { what: 'children with 5,000 listeners, against one', bound: 'at least', limit: 0.9, unit: '',
    value: (results) => results.ratio('nowait-5000', 'superd', ONE_LISTENER) },
  { what: 'cold wait service, first byte over the C loop\'s', bound: 'at most', limit: 2000, unit: 'us',
    value: (results) => difference(results.figure('cold', 'superd'), results.figure('cold', 'vfork loop (wait)')) },
  { what: 'built-in daytime, against the fastest super server', bound: 'at least', limit: 1, unit: '', value: againstBest('daytime') },
  { what: 'built-in echo, against the fastest super server', bound: 'at least', limit: 1, unit: '', value: againstBest('echo') },
  { what: 'built-in echo of datagrams, against the fastest', bound: 'at least', limit: 1, unit: '', value: againstBest('echo-udp') },
  { what: 'start with 10,000 services', bound: 'at most', limit: 2000, unit: 'ms', value: (results) => results.figure('start', 'superd') },
  { what: 'reload of 10,000 services with one change', bound: 'at most', limit: 500, unit: 'ms', value: (results) => results.figure('reload', 'superd') },
  { what: 'listeners closed by that reload', bound: 'at most', limit: 0, unit: '', value: (results) => results.figure('reload-lost', 'superd') },
  { what: 'idle with 100 services, over a bare Node', bound: 'at most', limit: 20, unit: 'MB',
    value: (results) => difference(results.figure('memory', 'superd'), results.figure('memory', BARE_NODE)) },
  { what: 'each service beyond', bound: 'at most', limit: 4096, unit: 'bytes', value: (results) => results.figure('memory-service', 'superd') },
  { what: 'log of connections on, against off', bound: 'at least', limit: 0.9, unit: '',
    value: (results) => results.ratio('logging', LOG_ROWS.on, LOG_ROWS.off) },
  { what: 'standard error stuck, against read', bound: 'at least', limit: 0.9, unit: '',
    value: (results) => results.ratio('log-stall', LOG_ROWS.unread, LOG_ROWS.on) },
  { what: '/dev/log stuck, against a log that is read', bound: 'at least', limit: 0.9, unit: '',
    value: (results) => results.ratio('log-stall', LOG_ROWS.full, LOG_ROWS.on) },
  { what: 'growth of memory, standard error stuck', bound: 'at most', limit: 16, unit: 'MB', value: (results) => results.figure('log-stall-memory', LOG_ROWS.unread) },
  { what: 'growth of memory, /dev/log stuck', bound: 'at most', limit: 16, unit: 'MB', value: (results) => results.figure('log-stall-memory', LOG_ROWS.full) },
];

/** Holds the results against every budget. */
export function judge(results: Results, budgets: readonly Budget[] = BUDGETS): readonly Verdict[] {
  return budgets.map((budget) => {
    const value = budget.value(results);
    if (value === null) return { budget, value, state: 'not measured' };
    const met = budget.bound === 'at least' ? value >= budget.limit : value <= budget.limit;
    return { budget, value, state: met ? 'met' : 'missed' };
  });
}

function againstBest(table: string): Budget['value'] {
  return (results) => {
    const own = results.figure(table, 'superd');
    const best = results.highest(table, (name) => !name.startsWith('superd') && !isReference(name));
    return own === null || best === null || best === 0 ? null : own / best;
  };
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
