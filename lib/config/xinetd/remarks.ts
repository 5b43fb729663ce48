/** What is said about words that another reader, or their author, would take otherwise. */

import type { Diagnostics, Source } from '../../diagnostics/diagnostic.ts';
import type { Assignment, Word } from './block.ts';
import type { Line } from './lines.ts';

/** Refuses NUL bytes and what was no UTF-8, for which the decoder has put its mark. */
export function holdsText({ span }: Line, { text }: Source, diagnostics: Diagnostics): boolean {
  const line = text.slice(span.start, span.end);
  const at = line.search(/[\0\ufffd]/);
  if (at === -1) return true;
  const place = { start: span.start + at, end: span.start + at + 1 };
  if (line[at] === '\0') {
    diagnostics.error('xinetd/nul-byte', place, 'the line holds a NUL byte', 'write the file as plain text');
  } else {
    const message = 'the line holds bytes that are no UTF-8';
    diagnostics.error('xinetd/not-utf8', place, message, 'write the file in UTF-8');
  }
  return false;
}

/** Says that words are not read; a comment needs no remark. */
export function remarkOnSurplus([first, ...rest]: readonly Word[], diagnostics: Diagnostics): void {
  if (first === undefined || first.text.startsWith('#')) return;
  const span = { start: first.span.start, end: rest.at(-1)?.span.end ?? first.span.end };
  diagnostics.warning(
    'xinetd/surplus-word',
    span,
    'nothing is expected here: it is not read',
    'leave it out',
  );
}

/** Quotes, a backslash at the end, and a `#` are what they are: letters of a value. */
export function remarkOnValues({ attribute, values }: Assignment, diagnostics: Diagnostics): void {
  const last = values.at(-1);
  const quoted = values.find(({ text }) => /^["']/.test(text));
  const hash = values.find(({ text }) => text.startsWith('#'));
  if (quoted !== undefined) {
    const help = 'write the value without them; it cannot hold blanks';
    diagnostics.warning('xinetd/quoted-word', quoted.span, 'the quotes belong to the value', help);
  }
  if (last?.text === '\\') {
    const help = 'write the values on one line, or add more by a line with +=';
    diagnostics.warning('xinetd/backslash', last.span, 'this is a value: it does not join two lines', help);
  }
  if (hash !== undefined && attribute === 'server_args') {
    const help = 'put a comment on a line of its own';
    diagnostics.warning('xinetd/hash-word', hash.span, "'#' begins no comment here, it is an argument", help);
  }
}
