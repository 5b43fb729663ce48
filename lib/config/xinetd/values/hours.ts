/** access_times: `8:00-12:00 13:30-17:00`, local time, both ends included. */

import type { Hours } from '../../../model/access.ts';
import type { Word } from '../text/block.ts';
import { type Reader, refuse, type Scope } from './reader.ts';

const LAST = 24 * 60 - 1;

/** Reads intervals; what is not written as xinetd wants it, but can mean one thing only, is read with a warning. */
export const accessTimes: Reader<readonly Hours[]> = (words, scope) => {
  const plain = words.map((word) => plainInterval(word.text));
  if (plain.every((interval) => interval !== null)) return plain;
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined) return null;
  const all: Word = {
    text: words.map(({ text }) => text).join(' '),
    span: { start: first.span.start, end: last.span.end },
  };
  const meant = scope.strict ? null : meantBy(all.text);
  if (meant === null) return refuseHours(all, scope);
  const help = `write '${meant.map(formatHours).join(' ')}': xinetd would not start the service`;
  scope.diagnostics.warning(
    'xinetd/hours',
    all.span,
    `'${all.text}' is read as ${meant.map(formatHours).join(' ')}`,
    help,
  );
  return meant;
};

/** An interval exactly as xinetd.conf(5) has it. */
function plainInterval(text: string): Hours | null {
  const [, h1 = '', m1 = '', h2 = '', m2 = ''] = /^(\d{1,2}):(\d{1,2})-(\d{1,2}):(\d{1,2})$/.exec(text) ?? [];
  const from = minute(h1, m1);
  const to = minute(h2, m2);
  return from !== null && to !== null && to <= LAST && from < to ? { from, to } : null;
}

/** Commas between intervals, blanks around the dash, whole hours, 24:00 as the end, and intervals over midnight. */
function meantBy(text: string): readonly Hours[] | null {
  const hours: Hours[] = [];
  for (const piece of text.replace(/\s*-\s*/g, '-').split(/[\s,]+/)) {
    const [, h1 = '', m1 = '0', h2 = '', m2 = '0'] =
      /^(\d{1,2})(?::(\d{1,2}))?-(\d{1,2})(?::(\d{1,2}))?$/.exec(piece) ?? [];
    const from = minute(h1, m1);
    const to = minute(h2, m2);
    if (from === null || to === null || from === to || from > LAST) return null;
    if (from < to) hours.push({ from, to: Math.min(to, LAST) });
    else hours.push({ from, to: LAST }, { from: 0, to });
  }
  return hours;
}

/** The minute of the day, 24:00 included. */
function minute(hour: string, minutes: string): number | null {
  if (hour === '') return null;
  const value = Number(hour) * 60 + Number(minutes);
  return Number(minutes) < 60 && value <= LAST + 1 ? value : null;
}

function formatHours({ from, to }: Hours): string {
  const clock = (at: number) => `${Math.floor(at / 60)}:${String(at % 60).padStart(2, '0')}`;
  return `${clock(from)}-${clock(to)}`;
}

function refuseHours(word: Word, scope: Scope): null {
  const help = "write intervals as in '8:00-12:00 13:30-17:59', each ending after it begins, before 24:00";
  return refuse(scope, word, help, { code: 'xinetd/bad-hours' });
}
