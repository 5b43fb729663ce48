/** The special characters before the path of a command (systemd.service(5), COMMAND LINES). */

import type { Command } from '../../../model/unit.ts';

/** What they say; `rest` is the word behind them. */
export interface Prefixes extends Pick<Command, 'ignoreFailure' | 'substitute' | 'privileges'> {
  /** `@`: the next word is argv[0]; with `|` a login shell is meant. */
  readonly ownArgv0: boolean;
  readonly shell: boolean;
  /** `!!` was written, which says nothing any more. */
  readonly obsolete: boolean;
  readonly rest: string;
}

/** Each of them counts once, in any order; a second one belongs to the path. */
export function prefixesOf(word: string): Prefixes {
  const seen = new Set<string>();
  let at = 0;
  for (; at < word.length; at += 1) {
    const mark = word.startsWith('!!', at) ? '!!' : word.charAt(at);
    if (!MARKS.includes(mark) || seen.has(mark) || excluded(mark, seen)) break;
    seen.add(mark);
    at += mark.length - 1;
  }
  return {
    ignoreFailure: seen.has('-'),
    substitute: !seen.has(':'),
    privileges: seen.has('+') ? 'full' : seen.has('!') ? 'keep-user' : 'unit',
    ownArgv0: seen.has('@'),
    shell: seen.has('|'),
    obsolete: seen.has('!!'),
    rest: word.slice(at),
  };
}

const MARKS = ['-', '@', ':', '+', '!', '!!', '|'];

/** Of these one is meant. */
const PRIVILEGES = ['+', '!', '!!'];

function excluded(mark: string, seen: ReadonlySet<string>): boolean {
  return PRIVILEGES.includes(mark) && PRIVILEGES.some((other) => seen.has(other));
}
