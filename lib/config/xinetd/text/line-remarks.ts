/** Remarks on single lines: text that no word can hold, and words that look like more than they are. */

import type { Diagnostics, Source, Span } from '../../../diagnostics/diagnostic.ts';
import { attributes } from '../attributes.ts';
import type { Assignment, Word } from './block.ts';
import type { Line } from './lines.ts';

/** Whether a line is text; says so if it is not. */
export function holdsText({ span }: Line, { text }: Source, diagnostics: Diagnostics): boolean {
  const line = text.slice(span.start, span.end);
  const at = line.search(/[\0\ufffd]/);
  if (at === -1) return true;
  const place = { start: span.start + at, end: span.start + at + 1 };
  if (line[at] === '\0') {
    diagnostics.error('xinetd/nul-byte', place, 'the line holds a NUL byte', 'remove it');
  } else {
    diagnostics.error(
      'xinetd/not-utf8',
      place,
      'the line holds bytes that are no UTF-8',
      'save the file as UTF-8',
    );
  }
  return false;
}

interface Habit {
  readonly code: string;
  readonly pattern: RegExp;
  readonly message: (word: string) => string;
  readonly help: string;
}

// biome-ignore format: a table
const HABITS: readonly Habit[] = [
  { code: 'xinetd/hash-word', pattern: /^#/, message: () => 'a # behind a value begins no comment: what follows are further values', help: 'put the comment on a line of its own' },
  { code: 'xinetd/quoted-word', pattern: /^["']|["']$/, message: (word) => `the quotes of ${word} belong to the value`, help: 'leave them out; a value cannot hold a blank' },
  { code: 'xinetd/backslash', pattern: /^\\$/, message: () => 'a backslash does not join lines: it is a value', help: 'write one long line' },
];

/**
 * Says what values do not mean that they may be taken for; once a line for each habit. A # where values are no free text
 * is for the reader of values.
 */
export function remarkOnValues({ attribute, values }: Assignment, diagnostics: Diagnostics): void {
  const isFree = attributes.get(attribute)?.takesHash ?? false;
  for (const { code, pattern, message, help } of HABITS) {
    if (code === 'xinetd/hash-word' && !isFree) continue;
    const found = values.find(({ text }) => pattern.test(text));
    if (found !== undefined) diagnostics.warning(code, found.span, message(found.text), help);
  }
}

/** Words that mean nothing where they stand. */
export function remarkOnSurplus(words: readonly Word[], diagnostics: Diagnostics): void {
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined) return;
  const span: Span = { start: first.span.start, end: last.span.end };
  diagnostics.warning(
    'xinetd/surplus-word',
    span,
    'nothing is expected here: it is not read',
    'leave it out',
  );
}
