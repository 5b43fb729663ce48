/** Many networks as one: whether an address lies in any of them costs the same however many there are. */

import type { AddressRule } from '../model/access.ts';
import { type AddressKey, addressKeyOf, familyOf, MAPPED_BITS, prefixOf } from './address-key.ts';

/** A range of addresses, as a rule says it. */
export type NetworkRule = Extract<AddressRule, { kind: 'network' }>;

/** The networks with one prefix length. */
interface Level {
  readonly bits: number;
  readonly prefixes: Set<AddressKey>;
}

/** One look-up per prefix length that occurs: at most 33 for IPv4 and 129 for IPv6. */
export class Networks {
  readonly #levels: { readonly 4: Level[]; readonly 6: Level[] } = { 4: [], 6: [] };

  constructor(rules: Iterable<NetworkRule>) {
    for (const rule of rules) this.#add(networkOf(rule));
  }

  /** Whether a caller's address lies in one of them; who has none lies in none. */
  has(address: AddressKey): boolean {
    const family = familyOf(address);
    if (family === null) return false;
    for (const { bits, prefixes } of this.#levels[family]) {
      if (prefixes.has(prefixOf(address, bits))) return true;
    }
    return false;
  }

  #add({ family, prefix, bits }: Network): void {
    const levels = this.#levels[family];
    let level = levels.find((known) => known.bits === bits);
    if (level === undefined) {
      level = { bits, prefixes: new Set() };
      levels.push(level);
    }
    level.prefixes.add(prefix);
  }
}

/** A range of keys. */
interface Network {
  readonly family: 4 | 6;
  readonly bits: number;
  readonly prefix: AddressKey;
}

/** Whether a caller's address lies in one network. */
export function isIn(address: AddressKey, rule: NetworkRule): boolean {
  const { family, bits, prefix } = networkOf(rule);
  return familyOf(address) === family && prefixOf(address, bits) === prefix;
}

/** `::ffff:192.0.2.0/120` is 192.0.2.0/24, since mapped callers are IPv4. */
function networkOf({ family, address, bits }: NetworkRule): Network {
  const key = addressKeyOf(address);
  const isMapped = family === 6 && typeof key === 'number';
  const length = isMapped ? Math.max(0, bits - MAPPED_BITS) : bits;
  return { family: isMapped ? 4 : family, bits: length, prefix: prefixOf(key, length) };
}
