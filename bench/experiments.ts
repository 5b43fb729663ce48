/** Everything that can be measured, by name. */

import type { Bench } from './bench.ts';
import { measureLogging, measureStall } from './logging.ts';
import { measureMemory } from './memory.ts';
import { measureStart } from './start.ts';
import type { Table } from './table.ts';
import { runWorkload, WORKLOADS } from './workloads.ts';

/** A measurement that gives one or more tables. */
export interface Experiment {
  readonly name: string;
  run(bench: Bench): Promise<readonly Table[]>;
}

/** In the order of the report. */
export const EXPERIMENTS: readonly Experiment[] = [
  ...WORKLOADS.map((workload) => ({
    name: workload.name,
    run: (bench: Bench) => runWorkload(bench, workload),
  })),
  { name: 'start', run: measureStart },
  { name: 'memory', run: measureMemory },
  { name: 'logging', run: measureLogging },
  { name: 'log-stall', run: measureStall },
];
