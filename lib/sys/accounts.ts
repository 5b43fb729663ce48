/** Users and groups of the machine, from whatever sources nsswitch.conf(5) names. They may block: ask at load only. */

import { constant } from './constants.ts';
import { errnoName } from './errno.ts';
import { SystemError } from './errors.ts';
import { native } from './native.ts';

/** An entry of passwd(5). */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** An entry of group(5), without its members. */
export interface Group {
  readonly name: string;
  readonly gid: number;
}

type UserEntry = ReturnType<typeof native.getpwnam>;
type GroupEntry = ReturnType<typeof native.getgrnam>;

/** The user of a name, or null when there is none; a source that cannot be asked is a SystemError. */
export function findUser(name: string): User | null {
  return userOf(native.getpwnam(name), 'getpwnam', name);
}

/** The user of a number, or null. */
export function findUserById(uid: number): User | null {
  return userOf(native.getpwuid(uid), 'getpwuid', String(uid));
}

/** The group of a name, or null. */
export function findGroup(name: string): Group | null {
  return groupOf(native.getgrnam(name), 'getgrnam', name);
}

/** The group of a number, or null. */
export function findGroupById(gid: number): Group | null {
  return groupOf(native.getgrgid(gid), 'getgrgid', String(gid));
}

/** Every group of a user, `gid` included, however many there are. */
export function groupsOf(user: string, gid: number): readonly number[] {
  const groups = native.getgrouplist(user, gid);
  if (typeof groups === 'number') throw failure(groups, 'getgrouplist', user);
  return groups;
}

function userOf(entry: UserEntry, call: string, what: string): User | null {
  if (typeof entry === 'number') return nobody(entry, call, what);
  const [name, uid, gid, home, shell] = entry;
  return { name, uid, gid, home, shell };
}

function groupOf(entry: GroupEntry, call: string, what: string): Group | null {
  if (typeof entry === 'number') return nobody(entry, call, what);
  const [name, gid] = entry;
  return { name, gid };
}

/** A name that cannot be one (empty, a NUL, over 1023 bytes) is nobody's. */
function nobody(result: number, call: string, what: string): null {
  if (result === -constant('ENOENT') || result === -constant('EINVAL')) return null;
  throw failure(result, call, what);
}

function failure(result: number, call: string, what: string): SystemError {
  return new SystemError(errnoName(-result), call, what);
}
