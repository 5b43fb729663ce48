/** `user` and `group` of hosts_options(5): whom the child runs as instead. */

import type { OptionOf } from '../../access/hosts/options.ts';
import type { Identity } from '../../exec/plan.ts';
import { findGroup, findUser, type Group, groupsOf } from '../../sys/accounts.ts';
import { fromRuleText } from './rule-text.ts';

/** Users and groups are looked up once for a load of the rules: the look-up may block. */
export class Identities {
  readonly #users = new Map<string, Identity | null>();
  readonly #groups = new Map<string, Group | null>();

  /** The rules were read again. */
  clear(): void {
    this.#users.clear();
    this.#groups.clear();
  }

  /**
   * The identity after the option, or why there is none, in libwrap's words. A user comes with its own groups: libwrap
   * leaves those of root to it.
   */
  after(option: OptionOf<'user' | 'group'>, before: Identity): Identity | string {
    if (option.kind === 'group') return this.#withGroup(before, option.group);
    const user = remembered(this.#users, option.user, lookUpUser);
    if (user === null) return `unknown user: "${option.user}"`;
    return option.group === null ? user : this.#withGroup(user, option.group);
  }

  #withGroup(before: Identity, name: string): Identity | string {
    const group = remembered(this.#groups, name, (text) => findGroup(fromRuleText(text)));
    if (group === null) return `unknown group: "${name}"`;
    return { ...before, gid: group.gid, groups: [group.gid] };
  }
}

function lookUpUser(text: string): Identity | null {
  const user = findUser(fromRuleText(text));
  if (user === null) return null;
  const { name, uid, gid } = user;
  return { user: name, uid, gid, groups: groupsOf(name, gid) };
}

function remembered<T>(known: Map<string, T>, name: string, look: (name: string) => T): T {
  const answer = known.get(name);
  if (answer !== undefined) return answer;
  const found = look(name);
  known.set(name, found);
  return found;
}
