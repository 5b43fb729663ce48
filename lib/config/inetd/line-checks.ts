/** What is said about the lines of a positional entry before its fields are looked at. */

import type { Diagnostics, Source } from '../../diagnostics/diagnostic.ts';
import type { DialectRules } from './dialects.ts';
import type { Line } from './tokenize.ts';
import type { Word } from './words.ts';

/** Reports words that another inetd would read otherwise. False: the line holds bytes that no entry can hold. */
export function checkLine(
  line: Line,
  source: Source,
  rules: DialectRules,
  hint: string,
  diagnostics: Diagnostics,
): boolean {
  if (rules.backslash === 'joins-with-warning') remarkOnJoints(line, hint, diagnostics);
  for (const word of line.words) remarkOnWord(word, rules, hint, diagnostics);
  return isText(line, source, diagnostics);
}

/** Refuses NUL bytes and what was no UTF-8, for which the decoder has put its mark. */
function isText(line: Line, { text }: Source, diagnostics: Diagnostics): boolean {
  if (line.nul !== null) {
    diagnostics.error(
      'inetd/nul-byte',
      line.nul,
      'the entry holds a NUL byte',
      'write the file as plain text',
    );
    return false;
  }
  const undecodable = text.slice(line.span.start, line.span.end).indexOf('\ufffd');
  if (undecodable === -1) return true;
  const start = line.span.start + undecodable;
  const help = 'write the file in UTF-8';
  diagnostics.error(
    'inetd/not-utf8',
    { start, end: start + 1 },
    'the entry holds bytes that are no UTF-8',
    help,
  );
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
