/** What is said about the lines of a positional entry before its fields are looked at. */

import type { Diagnostics, Source } from '../../diagnostics/diagnostic.ts';
import type { DialectRules } from './dialects.ts';
import type { Line } from './tokenize.ts';
import type { Word } from './words.ts';

/** Reports words that another inetd would read otherwise. */
export function remarkOn(line: Line, rules: DialectRules, hint: string, diagnostics: Diagnostics): void {
  if (rules.backslash === 'joins-with-warning') remarkOnJoints(line, hint, diagnostics);
  for (const word of line.words) remarkOnWord(word, rules, hint, diagnostics);
}

/** Refuses NUL bytes and what was no UTF-8, for which the decoder has put its mark. */
export function holdsText({ span }: Line, { text }: Source, diagnostics: Diagnostics): boolean {
  const line = text.slice(span.start, span.end);
  const at = line.search(/[\0\ufffd]/);
  if (at === -1) return true;
  const place = { start: span.start + at, end: span.start + at + 1 };
  if (line[at] === '\0') {
    diagnostics.error('inetd/nul-byte', place, 'the entry holds a NUL byte', 'write the file as plain text');
  } else {
    diagnostics.error(
      'inetd/not-utf8',
      place,
      'the entry holds bytes that are no UTF-8',
      'write the file in UTF-8',
    );
  }
  return false;
}

function remarkOnJoints({ joints }: Line, hint: string, diagnostics: Diagnostics): void {
  const help = `most inetds take it for a word: begin the next line with a blank instead${hint}`;
  for (const joint of joints) {
    diagnostics.warning(
      'inetd/joined-line',
      joint,
      'a backslash at the end joins the next line to this one',
      help,
    );
  }
}

function remarkOnWord(word: Word, rules: DialectRules, hint: string, diagnostics: Diagnostics): void {
  if (word.quoted && rules.quotes === 'closed-word') {
    const help = `some inetds pass them to the program: write a word without them, or choose a --dialect${hint}`;
    diagnostics.warning('inetd/quoted-word', word.span, 'the quotes are removed', help);
  }
  if (!word.quoted && word.text.startsWith('#')) {
    const help = `put the comment on a line of its own; busybox and solaris read it as one${hint}`;
    diagnostics.warning('inetd/hash-word', word.span, "'#' begins no comment here, it is an argument", help);
  }
}
