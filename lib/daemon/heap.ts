/** Memory that reading a configuration leaves behind. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** By then the work that waited for the load is done. */
const DELAY_MS = 1000;

/**
 * Collects and compacts the heap once, a while after a load: V8 would keep its half-empty pages for ever (ten thousand
 * services: a third less memory for a pause of 0.1 s; a hundred: half a megabyte for 8 ms).
 */
export function compactLater(after: (delayMs: number, action: () => void) => unknown): void {
  after(DELAY_MS, compact);
}

function compact(): void {
  setFlagsFromString('--expose-gc');
  setFlagsFromString('--compact-on-every-full-gc');
  const collect = runInNewContext('gc') as (() => void) | undefined;
  collect?.();
  setFlagsFromString('--no-compact-on-every-full-gc');
}
