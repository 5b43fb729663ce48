/** Time spans as `1min 20s` (systemd.time(7), PARSING TIME SPANS). */

import type { Read, ValueReader } from './value.ts';

/** A reader of time spans in ms; a number without a unit is seconds, or what `bare` says. `infinity` is Infinity. */
export function timeSpan({ bare = 's' }: { readonly bare?: Unit } = {}): ValueReader<number> {
  return (text) => read(text, bare, 'ms');
}

/** The same in nanoseconds, which are also the unit of a bare number. */
export const nanoseconds: ValueReader<number> = (text) => read(text, 'ns', 'ns');

/** A time-out in ms, where 0 is as good as none. */
export const timeout: ValueReader<number> = (text) => {
  const span = read(text, 's', 'ms');
  return 'value' in span && span.value === 0 ? { value: Number.POSITIVE_INFINITY } : span;
};

type Unit = 'ns' | 'us' | 'ms' | 's';

/** Nanoseconds. */
const SECOND = 1e9;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Every unit; a month is 30.4375 days, a year 365.25. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ...named(1, 'nsec', 'ns'),
  ...named(1e3, 'usec', 'us', 'µs', 'μs'),
  ...named(1e6, 'msec', 'ms'),
  ...named(SECOND, 'seconds', 'second', 'sec', 's'),
  ...named(MINUTE, 'minutes', 'minute', 'min', 'm'),
  ...named(HOUR, 'hours', 'hour', 'hr', 'h'),
  ...named(DAY, 'days', 'day', 'd'),
  ...named(7 * DAY, 'weeks', 'week', 'w'),
  ...named(30.4375 * DAY, 'months', 'month', 'M'),
  ...named(365.25 * DAY, 'years', 'year', 'y'),
]);

function named(factor: number, ...names: readonly string[]): readonly (readonly [string, number])[] {
  return names.map((name) => [name, factor] as const);
}

/** Longer names come first: `months` is not `m` and rubbish. */
const NAMES = [...UNITS.keys()].sort((a, b) => b.length - a.length).join('|');
const TERM = `\\s*\\+?(\\d+(?:\\.\\d*)?|\\.\\d+)(?:\\s*(${NAMES})|\\s+|$)`;

/** Microseconds that 64 bits do not hold. */
const TOO_LONG = 2 ** 64 * 1e3;

function read(text: string, bare: Unit, wanted: Unit): Read<number> {
  if (/^\s*infinity\s*$/.test(text)) return { value: Number.POSITIVE_INFINITY };
  const terms = new RegExp(TERM, 'y');
  const end = text.trimEnd().length;
  let sum = 0;
  do {
    const term = terms.exec(text);
    if (term === null) return { problem: `'${text}' is no time span` };
    const [, count, unit = bare] = term;
    sum += Number(count) * (UNITS.get(unit) ?? 0);
  } while (terms.lastIndex < end);
  if (sum >= TOO_LONG) return { problem: `'${text}' is too long` };
  return { value: sum / (UNITS.get(wanted) ?? 1) };
}
