/** Whom the processes of a unit run as, looked up when they are started (systemd.exec(5), USER/GROUP IDENTITY). */

import type { ExecSettings } from '../../model/exec-settings.ts';
import { findGroup, findUser, findUserById, groupsOf, type User } from '../../sys/accounts.ts';
import { EXIT, type StepFailure } from './exit-names.ts';

/** A user with the groups that a unit gives to it. */
export interface UnitIdentity {
  /** Home and shell are empty where nobody knows them. */
  readonly user: User;
  /** Whether User= names it: else it is the daemon's own. */
  readonly given: boolean;
  readonly gid: number;
  /** Supplementary ones. */
  readonly groups: readonly number[];
}

/** Looks the names up. A failure is that of a step: 217/USER, 216/GROUP. Throws a SystemError when nobody can be asked. */
export function findIdentity(
  { group, supplementaryGroups, user: name }: ExecSettings,
  ownUid: number,
): UnitIdentity | StepFailure {
  const user = name === null ? (findUserById(ownUid) ?? nameless(ownUid)) : userOf(name);
  if (user === null) return { exit: EXIT.USER, reason: `there is no user ${name}` };
  const gid = group === null ? user.gid : gidOf(group);
  if (gid === null) return { exit: EXIT.GROUP, reason: `there is no group ${group}` };
  // Not the user's own group, where Group= names another one.
  const groups = name === null || gid === 0 ? [] : groupsOf(user.name, gid);
  const more: number[] = [];
  for (const one of supplementaryGroups) {
    const found = gidOf(one);
    if (found === null) return { exit: EXIT.GROUP, reason: `there is no group ${one}` };
    more.push(found);
  }
  return { user, given: name !== null, gid, groups: [...new Set([...groups, ...more])] };
}

function userOf(name: string): User | null {
  const id = idOf(name);
  return id === null ? findUser(name) : (findUserById(id) ?? nameless(id));
}

/** A number that nobody has; its group is of the same number, and never the daemon's. */
function nameless(id: number): User {
  return { name: String(id), uid: id, gid: id, home: '', shell: '' };
}

function gidOf(name: string): number | null {
  return idOf(name) ?? findGroup(name)?.gid ?? null;
}

/** The last two numbers mean "no id" (setresuid(2)). */
function idOf(name: string): number | null {
  if (!/^\d{1,10}$/.test(name)) return null;
  const id = Number(name);
  return id < 2 ** 32 - 1 && id !== 65_535 ? id : null;
}
