/** Who may call and when, in the words of a state dump. */

import type { Access, AddressRule, Hours } from '../../model/access.ts';

/** `Only from: …` and `No access: …`. An empty list of `only` admits nobody. */
export function accessLines({ never, only }: Access): readonly string[] {
  const nobody = only?.length === 0 ? ' No sites' : rules(only ?? []);
  return [
    `Only from:${only === null ? ' All sites' : nobody}`,
    `No access:${never.length === 0 ? ' No blocked sites' : rules(never)}`,
  ];
}

/** `Access times = 09:00-17:00 …`; nothing for a service that is open always. */
export function hoursLines({ hours }: Access): readonly string[] {
  if (hours === null) return [];
  return [`Access times = ${hours.map(hoursText).join(' ')}`];
}

function rules(list: readonly AddressRule[]): string {
  return ` ${list.map((rule) => ` ${ruleText(rule)}`).join('')}`;
}

function ruleText(rule: AddressRule): string {
  switch (rule.kind) {
    case 'host':
      return `${rule.name}(HOST)`;
    case 'domain':
      return `${rule.suffix}(HOST)`;
    case 'network':
      return rule.bits === (rule.family === 4 ? 32 : 128)
        ? `${rule.address}(NUMERIC)`
        : `${rule.address}/${maskText(rule)}(NET)`;
  }
}

/** The mask of so many bits: `255.255.0.0` or `ffff:ffff::`. */
function maskText({ bits, family }: { readonly bits: number; readonly family: 4 | 6 }): string {
  if (family === 4) return Array.from({ length: 4 }, (_, at) => part(bits, at, 8)).join('.');
  const groups = Array.from({ length: Math.ceil(bits / 16) }, (_, at) => part(bits, at, 16).toString(16));
  return groups.length === 8 ? groups.join(':') : `${groups.join(':')}::`;
}

/** The `at`-th part of a mask, each of which has `width` bits. */
function part(bits: number, at: number, width: number): number {
  const set = Math.min(Math.max(bits - at * width, 0), width);
  return 2 ** width - 2 ** (width - set);
}

function hoursText({ from, to }: Hours): string {
  return `${timeText(from)}-${timeText(to)}`;
}

function timeText(minutes: number): string {
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`;
}
