/** The names of signals, without SIG (kill(1)). */

import { constants } from 'node:os';

const NAMES: ReadonlyMap<number, string> = new Map(
  // Of two names for one number the first is the usual one.
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name.slice('SIG'.length)]),
);

/** `TERM` of 15; null: it has none. */
export function signalName(signal: number): string | null {
  return NAMES.get(signal) ?? null;
}
