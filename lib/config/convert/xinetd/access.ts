/** Access rules and hours as only_from, no_access and access_times write them. */

import type { AddressRule, Hours } from '../../../model/access.ts';
import { holdsMapped, numberOf, WIDTH } from '../../ip-number.ts';

/** The element of a list. An IPv4 address that ends in 0 would stand for its network. */
export function elementOf(rule: AddressRule, rules: readonly AddressRule[]): string {
  if (rule.kind === 'host') return rule.name;
  if (rule.kind === 'domain') return rule.suffix;
  const { family, address, bits } = rule;
  const isWhole = bits === WIDTH[family] && !/(^|\.)0+$/.test(address) && address !== '::';
  if (isWhole || coversNothingElse(rule, rules)) return address;
  return `${address}/${bits}`;
}

/** `::` is IPv6 alone, where `::/0` is also the IPv4 callers of a service for both. */
function coversNothingElse(
  { family, bits }: AddressRule & { readonly kind: 'network' },
  rules: readonly AddressRule[],
): boolean {
  return family === 6 && bits === 0 && !rules.some(isAllOfIPv4);
}

/** Whether it would also match IPv4 callers, which the rules do not mean. `::` itself can be written. */
export function gainsIPv4(rule: AddressRule, rules: readonly AddressRule[]): boolean {
  if (rule.kind !== 'network' || rule.bits === 0 || rules.some(isAllOfIPv4)) return false;
  const address = numberOf(rule.address);
  return address !== null && holdsMapped(address, rule.bits);
}

function isAllOfIPv4(rule: AddressRule): boolean {
  return rule.kind === 'network' && rule.family === 4 && rule.bits === 0;
}

/** Each interval ends after it begins: one of a single minute cannot be written. */
export function hoursWords(hours: readonly Hours[]): readonly string[] {
  return hours.filter(({ from, to }) => from < to).map(({ from, to }) => `${clock(from)}-${clock(to)}`);
}

function clock(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
}
