/** One word of a line, with quotes as each inetd reads them. */

import type { Span } from '../../diagnostics/diagnostic.ts';
import type { QuoteRule } from './dialects.ts';

/** A word as it is meant, and where it stands; the text differs from the source where quotes were removed. */
export interface Word {
  readonly text: string;
  readonly span: Span;
  readonly quoted: boolean;
}

/** Quotes that have no partner in the rest of the line: looking again for each word would take quadratic time. */
export type Lonely = Set<string>;

/** What the words of one line share. */
export interface WordsOfLine {
  readonly end: number;
  readonly quotes: QuoteRule;
  readonly lonely: Lonely;
}

/** Reads the word that begins at `start`, which is no blank. Every reader takes at least one character. */
export function readWord(text: string, start: number, { end, quotes, lonely }: WordsOfLine): Word {
  return readers[quotes](text, start, end, lonely);
}

/** Blanks and tabs separate words; a form feed and a vertical tab do not. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Where a part of a word stands: exactly, if the word stands in the source as it is; else the whole word. */
export function partOf(word: Word, from: number, to = word.text.length): Span {
  const { start, end } = word.span;
  return end - start === word.text.length ? { start: start + from, end: start + to } : word.span;
}

/** Where a character first stands in `start`…`end`, or -1; looks no farther, which a whole file would not forgive. */
export function indexBefore(text: string, character: string, start: number, end: number): number {
  for (let at = start; at < end; at += 1) if (text[at] === character) return at;
  return -1;
}

type Reader = (text: string, start: number, end: number, lonely: Lonely) => Word;

const readers: Readonly<Record<QuoteRule, Reader>> = {
  data: plainWord,
  'closed-word': (text, start, end, lonely) => {
    const partner = partnerOf(text, start, end, { lonely, find: closingPartner });
    return partner === -1 ? plainWord(text, start, end) : quotedWord(text, start, partner);
  },
  leading: (text, start, end) => {
    const quote = text[start];
    if (!isQuote(quote)) return plainWord(text, start, end);
    const partner = indexBefore(text, quote, start + 1, end);
    if (partner !== -1) return quotedWord(text, start, partner);
    return { text: text.slice(start + 1, end), span: { start, end }, quoted: true };
  },
  splitting: (text, start, end, lonely) => {
    const partner = partnerOf(text, start, end, { lonely, find: indexBefore });
    return partner === -1 ? wordBeforeQuote(text, start, end, lonely) : quotedWord(text, start, partner);
  },
  anywhere: concatenatedWord,
};

function plainWord(text: string, start: number, limit: number): Word {
  let end = start;
  while (end < limit && !isBlank(text.charCodeAt(end))) end += 1;
  return { text: text.slice(start, end), span: { start, end }, quoted: false };
}

function quotedWord(text: string, start: number, partner: number): Word {
  return { text: text.slice(start + 1, partner), span: { start, end: partner + 1 }, quoted: true };
}

type Find = (text: string, quote: string, start: number, end: number) => number;

/** Where the quote at `start` closes; -1 for one that does not, and for what is no quote. */
function partnerOf(
  text: string,
  start: number,
  end: number,
  { lonely, find }: { readonly lonely: Lonely; readonly find: Find },
): number {
  const quote = text[start];
  if (!isQuote(quote) || lonely.has(quote)) return -1;
  const partner = find(text, quote, start + 1, end);
  if (partner === -1) lonely.add(quote);
  return partner;
}

/** The next quote of the same kind that a blank or the end follows. */
function closingPartner(text: string, quote: string, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    if (text[at] === quote && (at + 1 === end || isBlank(text.charCodeAt(at + 1)))) return at;
  }
  return -1;
}

/** A word that ends at a blank or before a quote with a partner. */
function wordBeforeQuote(text: string, start: number, limit: number, lonely: Lonely): Word {
  let end = start + 1;
  while (end < limit && !isBlank(text.charCodeAt(end))) {
    if (partnerOf(text, end, limit, { lonely, find: indexBefore }) !== -1) break;
    end += 1;
  }
  return { text: text.slice(start, end), span: { start, end }, quoted: false };
}

function concatenatedWord(text: string, start: number, limit: number): Word {
  let word = '';
  let quote: string | null = null;
  let quoted = false;
  let end = start;
  for (; end < limit; end += 1) {
    const character = text[end] ?? '';
    if (character === quote) quote = null;
    else if (quote === null && isQuote(character)) [quote, quoted] = [character, true];
    else if (quote === null && isBlank(text.charCodeAt(end))) break;
    else word += character;
  }
  return { text: word, span: { start, end }, quoted };
}

function isQuote(character: string | undefined): character is string {
  return character === '"' || character === "'";
}
