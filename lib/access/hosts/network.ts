/** `net/mask`, `net/length` and `[net]/length` of hosts_access(5). */

import { type Groups, groupsOf, leadingNumber, maskOf, quadOf } from './address.ts';

/** A range of addresses. */
export type Network =
  | { readonly family: 4; readonly network: number; readonly mask: number }
  | { readonly family: 6; readonly groups: Groups; readonly length: number };

/** What libwrap makes of the two halves; null when it matches nobody. The mask is read as far as it is a number. */
export function networkOf(net: string, mask: string, strict: boolean): Network | null {
  const network = quadOf(net);
  if (network !== null) {
    const bits = maskBits(mask, strict);
    return bits === null ? null : { family: 4, network, mask: bits };
  }
  const groups = bracketed(net);
  const length = leadingNumber(mask);
  return groups === null || length < 0 || length > 128 ? null : { family: 6, groups, length };
}

/** The groups of `[address]`; null without brackets. */
export function bracketed(word: string): Groups | null {
  return word.startsWith('[') && word.endsWith(']') ? groupsOf(word.slice(1, -1)) : null;
}

/** libwrap takes the results of /0 and /255.255.255.255 for errors. */
function maskBits(mask: string, strict: boolean): number | null {
  const quad = quadOf(mask);
  if (quad !== null) return quad;
  const length = leadingNumber(mask);
  if (length >= 1 && length <= 32) return maskOf(length);
  if (strict) return null;
  if (mask === '255.255.255.255') return maskOf(32);
  return /^0+$/.test(mask) ? 0 : null;
}
