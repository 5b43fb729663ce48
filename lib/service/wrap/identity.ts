/** `user` and `group` of hosts_options(5): whom the child runs as instead. */

import type { OptionOf } from '../../access/hosts/options.ts';
import type { Identity } from '../../exec/plan.ts';
import { findGroup, findUser, groupsOf } from '../../sys/accounts.ts';
import { fromRuleText } from './rule-text.ts';

/** As far as an option before it changed it. */
type Change = OptionOf<'user' | 'group'>;

/**
 * The identity after the option, or why there is none, in libwrap's words. A user comes with its own groups: libwrap
 * leaves those of root to it.
 */
export function identityAfter(option: Change, before: Identity): Identity | string {
  if (option.kind === 'group') return withGroup(before, option.group);
  const user = findUser(fromRuleText(option.user));
  if (user === null) return `unknown user: "${option.user}"`;
  const { name, uid, gid } = user;
  const identity = { user: name, uid, gid, groups: groupsOf(name, gid) };
  return option.group === null ? identity : withGroup(identity, option.group);
}

function withGroup(before: Identity, name: string): Identity | string {
  const group = findGroup(fromRuleText(name));
  if (group === null) return `unknown group: "${name}"`;
  return { ...before, gid: group.gid, groups: [group.gid] };
}
