/** Access lists as lines of hosts.allow and hosts.deny (hosts_access(5)). */

import type { AddressRule } from '../../../model/access.ts';
import type { Service } from '../../../model/service.ts';
import { masked, textOf, WIDTH } from '../../ip-number.ts';

/** The lines that keep the same callers out, each behind the name of its file; none where everybody may call. */
export function hostsLines({ access, label }: Service, daemon: string): readonly string[] {
  const { only, never } = access;
  const name = daemon === '' ? label.slice(0, label.lastIndexOf('/')) : daemon;
  const except = never.length === 0 ? '' : ` EXCEPT ${never.map(patternOf).join(' ')}`;
  if (only === null && never.length === 0) return [];
  const allowed = only === null ? 'ALL' : only.map(patternOf).join(' ');
  const deny = `hosts.deny: ${name}: ALL`;
  return allowed === '' ? [deny] : [`hosts.allow: ${name}: ${allowed}${except}`, deny];
}

function patternOf(rule: AddressRule): string {
  if (rule.kind === 'host') return rule.name;
  if (rule.kind === 'domain') return rule.suffix;
  const { family, address, bits } = rule;
  if (family === 6) return bits === WIDTH[6] ? `[${address}]` : `[${address}]/${bits}`;
  return bits === WIDTH[4] ? address : `${address}/${maskOf(bits)}`;
}

function maskOf(bits: number): string {
  return textOf(masked({ family: 4, value: 0xffff_ffffn }, bits));
}
