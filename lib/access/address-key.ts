/**
 * The form in which the gates know callers. A key is what `accept` reads off a socket address without making a text of
 * it: the 32 bits of an IPv4 address as an unsigned number (IPv4-mapped IPv6 ones included), eight characters of 16 bits
 * for IPv6, `''` for a Unix socket or somebody unknown. Ports and zones are no part of it.
 */

import { isIPv4, isIPv6 } from 'node:net';
import { groupsOf } from './hosts/address.ts';

/** A caller's address as a key. */
export type AddressKey = string | number;

/** The key of whoever has no internet address. */
export const NO_ADDRESS = '';

/** Bits of each family. */
const BITS = { 4: 32, 6: 128 } as const;

/** Groups of 16 bits in an IPv6 address. */
const GROUPS = 8;

/** The first 96 bits of an IPv4-mapped address (RFC 4291, section 2.5.5.2). */
const MAPPED = '\0\0\0\0\0\uffff';

/** The key of an address in its numeric form; whatever is no internet address counts as none. */
export function addressKeyOf(text: string): AddressKey {
  if (isIPv4(text)) return text.split('.').reduce((key, octet) => key * 256 + Number(octet), 0);
  if (!isIPv6(text)) return NO_ADDRESS;
  const key = String.fromCharCode(...(groupsOf(text) ?? []));
  return key.startsWith(MAPPED) ? key.charCodeAt(6) * 0x1_0000 + key.charCodeAt(7) : key;
}

/** The family of a key; null: it is no internet address. */
export function familyOf(key: AddressKey): 4 | 6 | null {
  if (typeof key === 'number') return 4;
  return key.length === GROUPS ? 6 : null;
}

/** The first `bits` bits of a key, all others zero for IPv4 and cut off for IPv6: equal within one network. */
export function prefixOf(key: AddressKey, bits: number): AddressKey {
  if (typeof key === 'number') return bits <= 0 ? 0 : key & (-1 << (BITS[4] - bits));
  const whole = bits >> 4;
  const rest = bits & 15;
  if (rest === 0) return key.slice(0, whole);
  return key.slice(0, whole) + String.fromCharCode(key.charCodeAt(whole) & (0xffff << (16 - rest)));
}

/** How many bits of an IPv6 prefix are those in front of a mapped IPv4 address. */
export const MAPPED_BITS = BITS[6] - BITS[4];
