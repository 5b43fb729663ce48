/** The words of a value, quoted and escaped (systemd.syntax(7), QUOTING). */

import { isUtf8 } from 'node:buffer';
import { type Escape, escapeAt } from './word-escapes.ts';

/** A word and the place of its characters in the value, quotes included. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Why a word cannot be read: an escape that is none, or a quote that nothing closes. */
export interface BadWord {
  readonly bad: 'escape' | 'quote';
  /** From where to where the trouble is. */
  readonly start: number;
  readonly end: number;
}

/**
 * - `strict`: escapes are decoded, an unknown one spoils its word. - `relaxed`: an unknown one stays as it is written.
 * - `plain`: a backslash takes the meaning of the next character, and quotes need no end. - `kept`: a backslash is a
 * character as any other, as in names of units, which have escapes of their own (systemd-escape(1)).
 */
export type Escapes = 'strict' | 'relaxed' | 'plain' | 'kept';

/** The words as far as the first bad one, from which on nothing of the value counts (Environment= and most lists). */
export function splitWords(
  text: string,
  escapes: Escapes = 'strict',
): { readonly words: readonly Word[]; readonly trouble: BadWord | null } {
  const words: Word[] = [];
  for (let at = 0; ; at = words.at(-1)?.end ?? at) {
    const word = wordAt(text, at, escapes);
    if (word === null) return { words, trouble: null };
    if ('bad' in word) return { words, trouble: word };
    words.push(word);
  }
}

/** The first word from an offset on; null: there is none. */
export function wordAt(text: string, from: number, escapes: Escapes): Word | BadWord | null {
  const start = behindSeparators(text, from);
  if (start >= text.length) return null;
  const parts: (string | Uint8Array)[] = [];
  let quote = '';
  let at = start;
  let plainFrom = start;
  const flush = () => {
    if (at > plainFrom) parts.push(text.slice(plainFrom, at));
  };
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && escapes !== 'kept') {
      flush();
      const meant = escapeIn(text, at, escapes);
      if (meant === null) return { bad: 'escape', start: at, end: Math.min(at + 2, text.length) };
      parts.push(meant.value);
      at += meant.length - 1;
      plainFrom = at + 1;
    } else if (quote === '' ? isQuote(character) : character === quote) {
      flush();
      quote = quote === '' ? character : '';
      plainFrom = at + 1;
    } else if (quote === '' && isSeparator(character)) break;
  }
  flush();
  if (quote !== '' && escapes !== 'plain') return { bad: 'quote', start, end: text.length };
  const joined = join(parts);
  return joined === null ? { bad: 'escape', start, end: at } : { text: joined, start, end: at };
}

/** The next offset that is no blank. */
export function behindSeparators(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSeparator(text.charAt(at))) at += 1;
  return at;
}

/** Blanks and ends of lines. */
export function isSeparator(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}

function escapeIn(text: string, at: number, escapes: Escapes): Escape | null {
  const next = text.charAt(at + 1);
  if (escapes === 'plain') return { value: next, length: 1 + next.length };
  const decoded = escapeAt(text, at);
  if (decoded !== null) return decoded;
  return escapes === 'relaxed' ? { value: `\\${next}`, length: 1 + next.length } : null;
}

/** Bytes of escapes must be UTF-8 together with their neighbours; null: they are not. */
function join(parts: readonly (string | Uint8Array)[]): string | null {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  const bytes = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return isUtf8(bytes) ? bytes.toString() : null;
}
