/** What drop-ins say, before anybody asks what it means. */

import { placeIn } from '../systemd/text/joined.ts';
import type { Assignment } from '../systemd/text/lines.ts';
import { splitWords } from '../systemd/text/words.ts';
import type { Word } from '../xinetd/text/block.ts';

/** An assignment and the section in which it stands. */
export interface Given {
  readonly section: string;
  readonly assignment: Assignment;
}

/** The words of a value that may be quoted and escaped (systemd.syntax(7), QUOTING); null: a quote or escape is broken. */
export function quotedWordsOf({ value }: Assignment): readonly Word[] | null {
  const { words, trouble } = splitWords(value.text);
  if (trouble !== null) return null;
  return words.map(({ text, start, end }) => ({ text, span: placeIn(value, start, end) }));
}

/** The words of a value, each with its place. */
export function wordsOf({ value }: Assignment): readonly Word[] {
  return Array.from(value.text.matchAll(/[^ \t]+/g), ({ 0: text, index }) => ({
    text,
    span: placeIn(value, index, index + text.length),
  }));
}
