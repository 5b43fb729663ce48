/** Which rule lets a caller in or keeps one out: the same verdict as the gates give, with its reason, for people. */

import type { Access, AddressRule } from '../model/access.ts';
import { type AddressKey, familyOf } from './address-key.ts';
import { isNamed } from './host-names.ts';
import { isIn } from './networks.ts';

/** What access lists say about one caller. */
export interface Explanation {
  readonly verdict: 'admit' | 'address';
  /**
   * What decided: a rule of `never`; a rule of `never` that holds a name while the caller has none; a rule of `only`; that
   * no rule of `only` means the caller; that no rule does and none has to.
   */
  readonly because: 'never' | 'unnamed' | 'only' | 'not-only' | 'open';
  /** The first rule of each list that means the caller (with `unnamed`: that may). Both may, and then `never` wins. */
  readonly never: AddressRule | null;
  readonly only: AddressRule | null;
}

/** `name` is the caller's, and leads back to the address; null when none does. */
export function explainAccess(
  { only, never }: Pick<Access, 'only' | 'never'>,
  address: AddressKey,
  name: string | null,
): Explanation {
  const meansCaller = (rule: AddressRule) => means(rule, address, name);
  const wanted = only?.find(meansCaller) ?? null;
  const unwanted = never.find(meansCaller) ?? null;
  if (unwanted !== null) return { verdict: 'address', because: 'never', never: unwanted, only: wanted };
  if (only !== null && wanted === null) {
    return { verdict: 'address', because: 'not-only', never: null, only: null };
  }
  const doubtful = name === null && familyOf(address) !== null ? never.find(isName) : undefined;
  if (doubtful !== undefined)
    return { verdict: 'address', because: 'unnamed', never: doubtful, only: wanted };
  return { verdict: 'admit', because: only === null ? 'open' : 'only', never: null, only: wanted };
}

function means(rule: AddressRule, address: AddressKey, name: string | null): boolean {
  if (rule.kind === 'network') return isIn(address, rule);
  return name !== null && familyOf(address) !== null && isNamed(name, rule);
}

function isName({ kind }: AddressRule): boolean {
  return kind !== 'network';
}
