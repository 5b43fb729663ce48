/** What readers of values share: the words of one assignment in, a value or a remark out. */

import type { Diagnostics } from '../../../diagnostics/diagnostic.ts';
import type { XinetdContext } from '../context.ts';
import type { Word } from '../text/block.ts';

/** Where a value is read. */
export interface Scope {
  readonly context: XinetdContext;
  readonly diagnostics: Diagnostics;
  /** The name of the attribute, for remarks. */
  readonly attribute: string;
  /** Read as xinetd does, its slips included. */
  readonly strict: boolean;
}

/** The value of the words; null when they are refused, which is reported. */
export type Reader<Value> = (words: readonly Word[], scope: Scope) => Value | null;

/** Reports a word that cannot be read. */
export function refuse(
  { diagnostics, attribute }: Scope,
  word: Word,
  help: string,
  { code = 'xinetd/bad-value', message = `'${word.text}' is no value of ${attribute}` } = {},
): null {
  diagnostics.error(code, word.span, message, help);
  return null;
}

/** A reader of one word, as a reader of the words of an assignment. */
export function one<Value>(read: (word: Word, scope: Scope) => Value | null): Reader<Value> {
  return ([word], scope) => (word === undefined ? null : read(word, scope));
}

/** A reader of each word; one that is refused refuses all. What a strict reading drops is `undefined`. */
export function each<Value extends object | string>(
  read: (word: Word, scope: Scope) => Value | null | undefined,
): Reader<readonly Value[]> {
  return (words, scope) => {
    const values = words.map((word) => read(word, scope));
    return values.includes(null) ? null : values.filter((value) => value !== null && value !== undefined);
  };
}
