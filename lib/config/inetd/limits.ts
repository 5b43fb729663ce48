/** The limits of a service: those of its entry, of the command line, or of the dialect. */

import type { Activation, Limits, ProgramOrBuiltin } from '../../model/service.ts';
import type { InetdSettings } from '../settings.ts';
import type { DialectRules } from './dialects.ts';
import type { Entry } from './entry.ts';

/** Fills in what the entry leaves open. A wait service has one child, which takes its callers itself. */
export function limitsOf(
  { limits, type }: Entry,
  { action, activation }: { readonly action: ProgramOrBuiltin; readonly activation: Activation },
  rules: DialectRules,
  settings: InetdSettings,
): Limits {
  const inherited = startsProcess(type, action) ? firstGiven(settings.perMinute, rules.perMinute) : null;
  const wait = activation === 'wait';
  // Written out, not spread: ten thousand objects of one shape.
  return {
    perMinute: firstGiven(limits.perMinute, inherited),
    tripPauseMs: rules.tripPauseMs,
    perSecond: null,
    children: wait ? 1 : firstGiven(limits.children, settings.children ?? null),
    atChildren: 'wait',
    perAddressPerMinute: wait
      ? null
      : firstGiven(limits.perAddressPerMinute, settings.perAddressPerMinute ?? null),
    perAddressChildren: wait
      ? null
      : firstGiven(limits.perAddressChildren, settings.perAddressChildren ?? null),
    ipMax: limits.ipMax ?? null,
  };
}

/** null is a value (no limit), undefined is none. */
function firstGiven(written: number | null | undefined, otherwise: number | null): number | null {
  return written === undefined ? otherwise : written;
}

/**
 * Whether an inetd would start a process for each caller: that is what it counts unless the entry has a counter. Datagram
 * built-ins, daytime and time are answered in its loop.
 */
export function startsProcess(type: Entry['type'], action: ProgramOrBuiltin): boolean {
  if (action.kind === 'exec') return true;
  return type !== 'dgram' && action.name !== 'daytime' && action.name !== 'time';
}
