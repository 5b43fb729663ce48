/** Signals by name or number (signal(7)): `SIGTERM`, `TERM`, `15`, `RTMIN+3`. */

import { constants } from 'node:os';
import type { Read } from './value.ts';

const NAMES: Readonly<Record<string, number>> = constants.signals;

/** The real-time signals that the C library leaves to programs. */
const RTMIN = 34;
const RTMAX = 64;

/** The number of a signal. */
export function signal(text: string): Read<number> {
  const number = numberOf(text.replace(/^SIG/, ''));
  if (number !== null && number >= 1 && number <= RTMAX) return { value: number };
  return { problem: `'${text}' is no signal` };
}

function numberOf(name: string): number | null {
  if (/^\d{1,3}$/.test(name)) return Number(name);
  const [, bound, sign, distance = '0'] = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name) ?? [];
  if (bound === 'MIN' && sign !== '-') return within(RTMIN + Number(distance));
  if (bound === 'MAX' && sign !== '+') return within(RTMAX - Number(distance));
  return Object.hasOwn(NAMES, `SIG${name}`) ? (NAMES[`SIG${name}`] ?? null) : null;
}

function within(number: number): number | null {
  return number >= RTMIN && number <= RTMAX ? number : null;
}
