/** How the account of a service is written: the user, its own group, and the groups that come with it. */

import type { Account } from '../../model/service.ts';
import type { Names } from '../names.ts';

/** What is asked of the system's names. */
export type AccountNames = Pick<Names, 'user' | 'userById'>;

/** The user of an account as the system knows it by name; null: it has none. */
export function knownUser({ user, uid }: Account, names: AccountNames): Account | null {
  const named = names.user(user);
  return named?.uid === uid ? named : names.userById(uid);
}

/** Whether two lists hold the same groups; the group of the account itself does not count. */
export function sameGroups(a: readonly number[], b: readonly number[], gid: number): boolean {
  const rest = (groups: readonly number[]) => new Set(groups.filter((group) => group !== gid));
  const [first, second] = [rest(a), rest(b)];
  return first.size === second.size && [...first].every((group) => second.has(group));
}
