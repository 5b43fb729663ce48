/** The limits of a service: those of its entry, of the command line, or of the dialect. */

import type { Activation, Limits } from '../../model/service.ts';
import type { InetdSettings } from '../settings.ts';
import type { DialectRules } from './dialects.ts';
import type { Entry } from './entry.ts';

/** Fills in what the entry leaves open. A wait service has one child, which takes its callers itself. */
export function limitsOf(
  { limits }: Entry,
  activation: Activation,
  rules: DialectRules,
  settings: InetdSettings,
): Limits {
  const common = {
    perMinute: firstGiven(limits.perMinute, settings.perMinute, rules.perMinute),
    tripPauseMs: rules.tripPauseMs,
    ipMax: limits.ipMax ?? null,
  };
  if (activation === 'wait') {
    return { ...common, children: 1, perAddressPerMinute: null, perAddressChildren: null };
  }
  return {
    ...common,
    children: firstGiven(limits.children, settings.children, null),
    perAddressPerMinute: firstGiven(limits.perAddressPerMinute, settings.perAddressPerMinute, null),
    perAddressChildren: firstGiven(limits.perAddressChildren, settings.perAddressChildren, null),
  };
}

/** null is a value (no limit), undefined is none. */
function firstGiven(
  written: number | null | undefined,
  setting: number | null | undefined,
  otherwise: number | null,
): number | null {
  if (written !== undefined) return written;
  return setting === undefined ? otherwise : setting;
}
