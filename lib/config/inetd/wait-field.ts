/** The wait field with its counters: `nowait.40`, `wait:5`, FreeBSD's `nowait/10/60/3`. */

import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Activation } from '../../model/service.ts';
import { didYouMean } from '../spelling.ts';
import type { DialectRules } from './dialects.ts';
import type { WrittenLimits } from './entry.ts';
import { partOf, type Word } from './words.ts';

/** What the field says. */
export interface WaitField {
  readonly activation: Activation;
  readonly limits: WrittenLimits;
}

/** The names of FreeBSD's counters in their order. */
const slashCounters = ['children', 'perAddressPerMinute', 'perAddressChildren'] as const;

/** Reads the field; null when it is reported as wrong. */
export function readWait(word: Word, rules: DialectRules, diagnostics: Diagnostics): WaitField | null {
  const [, base = '', mark, counter = ''] = /^([^.:/]*)(?:([.:/])(.*))?$/s.exec(word.text) ?? [];
  if (base !== 'wait' && base !== 'nowait') {
    const example = "write 'nowait' for one process a connection, 'wait' for a server that accepts by itself";
    const help = didYouMean(base, ['wait', 'nowait'], example);
    const span = partOf(word, 0, base.length);
    diagnostics.error('inetd/bad-wait', span, `'${base}' is neither 'wait' nor 'nowait'`, help);
    return null;
  }
  if (mark === undefined) return { activation: base, limits: {} };
  const counterWord = { text: counter, span: partOf(word, base.length + 1), quoted: false };
  const limits =
    mark === '/' ? readSlashes(counterWord, diagnostics) : readPerMinute(counterWord, rules, diagnostics);
  return limits && { activation: base, limits };
}

function readPerMinute(word: Word, rules: DialectRules, diagnostics: Diagnostics): WrittenLimits | null {
  const count = readCount(word.text);
  if (count === null) return refuse(word, "'nowait.40' for 40 starts a minute", diagnostics);
  if (rules.dotCounter === 'ignored') {
    const help = "FreeBSD's inetd ignores it: write -R for all services, or choose another --dialect";
    diagnostics.warning('inetd/counter-ignored', word.span, 'the counter has no effect', help);
    return {};
  }
  if (count !== 0) return { perMinute: count };
  const help = 'write the number of starts a minute; some inetds read 0 as no limit, others never serve';
  diagnostics.warning('inetd/zero-counter', word.span, zeroMeanings[rules.zeroCounter], help);
  if (rules.zeroCounter === 'default') return {};
  return { perMinute: rules.zeroCounter === 'never' ? 0 : null };
}

const zeroMeanings: Readonly<Record<DialectRules['zeroCounter'], string>> = {
  unlimited: 'a counter of 0 means no limit',
  default: 'a counter of 0 means the default limit',
  never: 'a counter of 0 means that nobody is served',
};

function readSlashes(word: Word, diagnostics: Diagnostics): WrittenLimits | null {
  const texts = word.text.split('/');
  const counts = texts.map(readCount);
  if (texts.length > slashCounters.length || counts.includes(null) || (counts[0] ?? 0) > 32767) {
    return refuse(
      word,
      "'nowait/10/60/3': children, connections a minute and children of one address",
      diagnostics,
    );
  }
  return Object.fromEntries(
    slashCounters.slice(0, counts.length).map((name, at) => [name, counts[at] || null]),
  );
}

function readCount(text: string): number | null {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : null;
}

function refuse(word: Word, example: string, diagnostics: Diagnostics): null {
  diagnostics.error('inetd/bad-counter', word.span, `'${word.text}' is no counter`, `write ${example}`);
  return null;
}
