/** Who may call: only_from and no_access of xinetd.conf(5), and the like in other languages. */

import type { Access, AddressRule } from '../model/access.ts';
import { type AddressKey, familyOf } from './address-key.ts';
import { HostNames, type NameRule } from './host-names.ts';
import { type NetworkRule, Networks } from './networks.ts';

/** One list, ready to be asked. */
interface List {
  readonly networks: Networks;
  readonly names: HostNames;
}

/**
 * The lists of one service. `never` wins over `only`, however exact either is. Whose address alone decides is not asked
 * for a name. A caller without a name is none of those that `only` names, and in doubt one of those that `never` names:
 * who wants to hide from it has but to take the name away. Somebody on a Unix socket has no address and so no name: no
 * rule means them, and where there is an `only` they are not let in.
 */
export class AccessLists {
  readonly #only: List | null;
  readonly #never: List;

  constructor({ only, never }: Pick<Access, 'only' | 'never'>) {
    this.#only = only === null ? null : listOf(only);
    this.#never = listOf(never);
  }

  /** Whether a name could ever matter. */
  get asksName(): boolean {
    return !this.#never.names.isEmpty || this.#only?.names.isEmpty === false;
  }

  /** What the address alone decides; `ask-name` when the caller's name could change it. */
  ask(address: AddressKey): 'admit' | 'ask-name' | 'address' {
    if (this.#never.networks.has(address)) return 'address';
    const isIn = this.#only === null || this.#only.networks.has(address);
    const hasName = familyOf(address) !== null;
    if (!isIn && !(hasName && this.#only?.names.isEmpty === false)) return 'address';
    return isIn && (this.#never.names.isEmpty || !hasName) ? 'admit' : 'ask-name';
  }

  /** What address and name decide. The name must lead back to the address; null: there is none that does. */
  decide(address: AddressKey, name: string | null): 'admit' | 'address' {
    const verdict = this.ask(address);
    if (verdict !== 'ask-name') return verdict;
    if (name === null) return this.#decideUnnamed(address);
    if (this.#never.names.has(name)) return 'address';
    if (this.#only === null || this.#only.networks.has(address)) return 'admit';
    return this.#only.names.has(name) ? 'admit' : 'address';
  }

  #decideUnnamed(address: AddressKey): 'admit' | 'address' {
    if (!this.#never.names.isEmpty) return 'address';
    return this.#only === null || this.#only.networks.has(address) ? 'admit' : 'address';
  }
}

/** Null where everybody may call: nothing is to be asked. */
export function accessListsOf(access: Access): AccessLists | null {
  return access.only === null && access.never.length === 0 ? null : new AccessLists(access);
}

function listOf(rules: readonly AddressRule[]): List {
  return { networks: new Networks(rules.filter(isNetwork)), names: new HostNames(rules.filter(isName)) };
}

function isNetwork(rule: AddressRule): rule is NetworkRule {
  return rule.kind === 'network';
}

function isName(rule: AddressRule): rule is NameRule {
  return rule.kind !== 'network';
}
