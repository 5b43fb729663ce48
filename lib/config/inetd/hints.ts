/** Guesses for whom a file was written, for the help of a warning only: it never changes how the file is read. */

import type { Dialect } from '../settings.ts';

/** What only one system's files have. */
const signs: readonly (readonly [Dialect, RegExp])[] = [
  ['debian', /^#<off>#|^#:[A-Z-]+:/m],
  ['netbsd', /^(\.include[ \t]|[^\s#]+[ \t]+(on|off)[ \t\r\n])/m],
  ['freebsd', /^([^\s#]+[ \t]+[a-z]+[ \t]+[^\s]+[ \t]+(no)?wait\/[0-9]|:[^\s:]+:[^\s:]+:[0-7]+:\/)/m],
];

/** The dialect that a text has a sign of; null when it has none. */
export function looksLike(text: string): Dialect | null {
  return signs.find(([, sign]) => sign.test(text))?.[0] ?? null;
}
