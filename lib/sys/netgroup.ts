/** Members of netgroups, from whatever sources nsswitch.conf(5) names. */

import { readFileSync } from 'node:fs';
import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';

/**
 * Whether a host is a member of a netgroup in the machine's NIS domain (innetgr(3)). It is asked in a thread, for as long as
 * the sources take, and libc answers one question at a time only: ask the next one when this has settled. A rejection is a
 * SystemError; ENOSYS: this libc has no netgroups.
 */
export function inNetgroup(group: string, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const result = native.innetgr(group, host, null, domainName(), (member) => resolve(member === 1));
    // A word that cannot be one (a NUL, over 1024 bytes) is no member of anything.
    if (result === -constant('EINVAL')) resolve(false);
    else check(result, 'innetgr', group);
  });
}

/** The NIS domain; null: the machine is in none, and every domain is meant. */
function domainName(): string | null {
  try {
    const name = readFileSync('/proc/sys/kernel/domainname', 'utf8').trim();
    return name === '' || name === '(none)' ? null : name;
  } catch {
    return null;
  }
}
