/** Readers of single words: numbers, sizes, switches, paths and words of a list. */

import { resolve } from 'node:path';
import { didYouMean } from '../../spelling.ts';
import type { Word } from '../text/block.ts';
import { type Reader, refuse, type Scope } from './reader.ts';

/** What UNLIMITED is for a count. */
const UNLIMITED = /^unlimited$/i;
const LARGEST = 2 ** 31 - 1;

export function yesNo(word: Word, scope: Scope): boolean | null {
  const text = word.text.toLowerCase();
  if (text === 'yes' || text === 'no') return text === 'yes';
  return refuse(scope, word, "write 'yes' or 'no'");
}

/** A reader of a whole number from `low` to `high`. */
export function integer(low: number, high: number = LARGEST) {
  return (word: Word, scope: Scope): number | null => {
    const value = /^[+-]?\d{1,10}$/.test(word.text) ? Number(word.text) : Number.NaN;
    if (value >= low && value <= high) return value;
    return refuse(scope, word, `write a whole number from ${low} to ${high}`);
  };
}

/** A count; Infinity is UNLIMITED, which is also what xinetd's unsigned numbers make of one below 0. */
export function countOrUnlimited(word: Word, scope: Scope): number | null {
  if (UNLIMITED.test(word.text) || (scope.strict && /^-\d+$/.test(word.text)))
    return Number.POSITIVE_INFINITY;
  const count = /^\+?\d{1,10}$/.test(word.text) ? Number(word.text) : Number.NaN;
  return count <= LARGEST ? count : refuse(scope, word, "write a whole number, or 'UNLIMITED'");
}

/** Bytes, with k or m behind them; Infinity is UNLIMITED. */
export function sizeOrUnlimited(word: Word, scope: Scope): number | null {
  return UNLIMITED.test(word.text) ? Number.POSITIVE_INFINITY : size(word, scope);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 * 1024 };

/** Bytes, with k or m behind them. */
export function size(word: Word, scope: Scope): number | null {
  const [, digits = '', unit = ''] = /^(\d{1,15})([km]?)$/i.exec(word.text) ?? [];
  const help = "write a number of bytes, with 'k' or 'm' behind it if you like; xinetd knows no 'g'";
  return digits === '' ? refuse(scope, word, help) : Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
}

/** Seconds of processor time. */
export function secondsOrUnlimited(word: Word, scope: Scope): number | null {
  return UNLIMITED.test(word.text) ? Number.POSITIVE_INFINITY : integer(0)(word, scope);
}

/** A file creation mask. */
export function octal(word: Word, scope: Scope): number | null {
  if (/^0*[0-7]{1,3}$/.test(word.text)) return Number.parseInt(word.text, 8);
  return refuse(scope, word, 'write an octal number from 0 to 777');
}

/** A load average above 0. */
export function load(word: Word, scope: Scope): number | null {
  const value = /^\+?(\d+\.?\d*|\.\d+)$/.test(word.text) ? Number(word.text) : 0;
  return value > 0
    ? value
    : refuse(scope, word, "write a number above 0, as in '2.5'; without it any load is fine");
}

/** The protocols that also a system without /etc/protocols has. */
const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17 };

/** A protocol of /etc/protocols. */
export function protocol(
  word: Word,
  scope: Scope,
): { readonly name: string; readonly number: number } | null {
  const number = scope.context.names.protocol(word.text) ?? PROTOCOLS[word.text];
  if (number !== undefined) return { name: word.text, number };
  return refuse(scope, word, "write a name of /etc/protocols, as in 'tcp'; the family is a flag: IPv4, IPv6");
}

export function text(word: Word): string {
  return word.text;
}

/** A file; a relative path begins where superd was started, which is said. */
export function path(word: Word, { context, diagnostics }: Scope): string {
  if (word.text.startsWith('/')) return word.text;
  const whole = resolve(context.directory, word.text);
  const help = 'write the whole path: the directory depends on how superd was started';
  diagnostics.warning('xinetd/relative-path', word.span, `the file is taken to be ${whole}`, help);
  return whole;
}

/** A reader of one of these words, in any letter case. */
export function wordOf<Value extends string>(known: readonly Value[]) {
  return (word: Word, scope: Scope): Value | null => {
    const found = known.find((candidate) => candidate.toLowerCase() === word.text.toLowerCase());
    if (found !== undefined) return found;
    return refuse(scope, word, didYouMean(word.text, known, `known are ${known.join(' ')}`));
  };
}

/** Minutes, FOREVER, or NEVER (0). */
export function minutes(word: Word, scope: Scope): number | 'forever' | null {
  const text = word.text.toLowerCase();
  if (text === 'forever' || text === '-1') return 'forever';
  if (text === 'never') return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return refuse(scope, word, "write a number of minutes, 'FOREVER' or 'NEVER'");
}

/** The rate and the pause of cps, or that it is switched off. superd takes a rate alone, with the pause of 10 s. */
export const perSecond: Reader<{ readonly rate: number; readonly pauseSeconds: number } | 'off'> = (
  [first, second],
  scope,
) => {
  if (first === undefined) return null;
  const rate = integer(0)(first, scope);
  const pauseSeconds = second === undefined ? 10 : integer(scope.strict ? -LARGEST : 0)(second, scope);
  if (rate === null || pauseSeconds === null) return null;
  // To an unsigned number of seconds, -1 is a very long time.
  return rate === 0 ? 'off' : { rate, pauseSeconds: pauseSeconds < 0 ? LARGEST : pauseSeconds };
};

/** The versions of an RPC program: `2` or `2-4`. */
export function versions(word: Word, scope: Scope): { readonly low: number; readonly high: number } | null {
  const [, from, to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(word.text) ?? [];
  const low = Number(from);
  const high = Number(to);
  // Each version is a call to the portmapper.
  if (low <= high && high - low < 256) return { low, high };
  return refuse(scope, word, "write a version, or the lowest and the highest, as in '2-4'");
}

/** NAME=value. */
export function variable(word: Word, scope: Scope): string | null {
  return /^[^=]+=/.test(word.text) ? word.text : refuse(scope, word, 'write NAME=value, without blanks');
}

/** The name of a variable of the daemon, which passes it on. */
export function inherited(word: Word, { context, diagnostics }: Scope): string {
  if (context.settings.environment[word.text] === undefined) {
    const help = 'superd was started without it: children do not get it either';
    const message = `there is no variable '${word.text}' to pass on`;
    diagnostics.warning('xinetd/undefined-variable', word.span, message, help);
  }
  return word.text;
}
