/** Whom the inetd face stands for. */

import { basename } from 'node:path';
import type { Dialect } from '../config/settings.ts';

/** What the name of the launcher says, and the words behind it. */
export interface Called {
  /** For messages, and in `busybox inetd` without the first word. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly words: readonly string[];
}

const DIALECT_OF: ReadonlyMap<string, Dialect> = new Map([
  ['openbsd-inetd', 'debian'],
  ['inetutils-inetd', 'gnu'],
  ['busybox-inetd', 'busybox'],
]);

/** Looks at the name that superd was called by; a link of busybox has its applet in the first word. */
export function calledAs(path: string, words: readonly string[]): Called {
  const name = basename(path).replace(/\.js$/, '');
  if (name === 'busybox' && words[0] === 'inetd') {
    return { name: 'inetd', dialect: 'busybox', words: words.slice(1) };
  }
  return { name, dialect: DIALECT_OF.get(name) ?? 'auto', words };
}

/** The exit status for a command line that is not understood: EX_USAGE, or the 1 of those that say so. */
export function misuseStatus(dialect: Dialect): number {
  return dialect === 'debian' || dialect === 'bsd' || dialect === 'busybox' ? 1 : 64;
}
