/** Whom a service unit runs as: User=, Group= and SupplementaryGroups= (systemd.exec(5)). */

import type { ExecSettings } from '../../../model/exec-settings.ts';
import type { Account } from '../../../model/service.ts';
import type { UnitNames } from './subject.ts';

/** The account with all its groups; null: the system does not know one of them. */
export function accountOf(
  { user, group, supplementaryGroups }: ExecSettings,
  names: UnitNames,
): Account | null {
  const known = userOf(user ?? 'root', names);
  const gid = group === null ? known?.gid : groupOf(group, names);
  const added = supplementaryGroups.map((name) => groupOf(name, names));
  if (known === null || gid === undefined || gid === null || added.includes(null)) return null;
  // initgroups(3) with the group of the unit in the place of the user's own.
  const own = known.groups.filter((id) => id === gid || id !== known.gid);
  const groups = [...new Set([gid, ...own, ...added.flatMap((id) => id ?? [])])];
  return { ...known, gid, groups };
}

/** The number of a group; null: there is none of that name. */
export function groupOf(text: string, names: UnitNames): number | null {
  return isNumber(text) ? Number(text) : names.group(text);
}

/** A user; null: there is none. */
export function userOf(text: string, names: UnitNames): Account | null {
  return isNumber(text) ? names.userById(Number(text)) : names.user(text);
}

function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}
