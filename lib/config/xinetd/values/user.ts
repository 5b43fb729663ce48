/** user and group: names, or numbers that are not looked up. */

import type { WrittenUser } from '../entry.ts';
import type { Word } from '../text/block.ts';
import { refuse, type Scope } from './reader.ts';

/** The highest id stands for "no change" in setresuid(2). */
const HIGHEST = 2 ** 32 - 2;

/** A user by name; digits are a user number and, without a group attribute, the group's number too. */
export function writtenUser(word: Word, scope: Scope): WrittenUser | null {
  const { text } = word;
  const { names } = scope.context;
  const isNumber = /^\d{1,10}$/.test(text);
  const known = isNumber ? names.userById(Number(text)) : names.user(text);
  if (isNumber && Number(text) <= HIGHEST) {
    const { groups = null, home = '/', shell = '/bin/sh' } = known ?? {};
    return { text, uid: Number(text), gid: Number(text), groups, home, shell };
  }
  if (known !== null) return { ...known, text };
  const help = "write a user of this system, as in 'nobody'; once it exists, a reload brings the service";
  const message = `there is no user '${text}'`;
  return refuse(scope, word, help, { code: 'xinetd/unknown-user', message });
}

/** The number of a group. */
export function groupNumber(word: Word, scope: Scope): number | null {
  const { text } = word;
  const isNumber = /^\d{1,10}$/.test(text) && Number(text) <= HIGHEST;
  const gid = isNumber ? Number(text) : scope.context.names.group(text);
  if (gid !== null) return gid;
  const help = "write a group of this system, as in 'nogroup'";
  return refuse(scope, word, help, { code: 'xinetd/unknown-group', message: `there is no group '${text}'` });
}
