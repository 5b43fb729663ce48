/** What a state dump tells of the process. */

import { readdirSync } from 'node:fs';
import { limitOf } from '../../sys/limits.ts';
import type { DaemonFacts } from './snapshot.ts';

/** The facts that the process can see by itself. */
export type ProcessFacts = Pick<DaemonFacts, 'descriptors' | 'maxDescriptors' | 'environment'>;

export function processFacts(): ProcessFacts {
  return {
    descriptors: openDescriptors(),
    maxDescriptors: limitOf('RLIMIT_NOFILE').soft,
    environment: process.env,
  };
}

/** In rising order; empty where /proc is not to be had. The one that reads the list is in it. */
function openDescriptors(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd')
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}
