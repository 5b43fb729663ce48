/** The lines of an xinetd.conf that say something, and the words of each. */

import type { Source, Span } from '../../../diagnostics/diagnostic.ts';
import type { Word } from './block.ts';

/** What is taken for a line. */
export interface LineRules {
  /** A carriage return before the line end belongs to it; else it is the last letter of the last word. */
  readonly carriageReturns: boolean;
  /** Bytes that a line may have; the rest is a line of its own. null: any number. */
  readonly window: number | null;
}

/** A line that is neither blank nor a comment. */
export interface Line {
  /** Counts from 1. */
  readonly number: number;
  /** At least one. Blanks and tabs separate words; there are no quotes and no escapes. */
  readonly words: readonly [Word, ...Word[]];
  /** From its first character that is no white space to its end. */
  readonly span: Span;
  readonly indented: boolean;
}

/** Where a line ends, where the next one begins, and how many line ends lie between. */
interface Bounds {
  readonly end: number;
  readonly next: number;
  readonly breaks: number;
}

/** Walks through a text. */
export class Lines {
  readonly #text: string;
  readonly #rules: LineRules;
  #next = 0;
  /** Of the line at #next. */
  #nextNumber = 1;
  #number = 0;
  #peeked: Line | null = null;
  /** What is left of the line at #next. */
  #damaged: Bounds | null = null;
  /** The first carriage return that belongs to a line end. */
  carriageReturn: Span | null = null;

  constructor({ text }: Source, rules: LineRules) {
    this.#text = text;
    this.#rules = rules;
  }

  /** The number of the last line that was read. */
  get number(): number {
    return this.#number;
  }

  /** The next line, which stays the next one; null at the end of the text. */
  peek(): Line | null {
    this.#peeked ??= this.#read();
    return this.#peeked;
  }

  take(): Line | null {
    const line = this.peek();
    this.#peeked = null;
    return line;
  }

  /** Leaves out what stands before the offset. */
  skipTo(offset: number): void {
    this.#next = offset;
  }

  /**
   * What xinetd does where a name is the last of its line: it looks on behind the line end for the end of the name, and
   * ends the next line there. A name that ends with that line takes the line end away, and the line behind it is lost.
   */
  overrun(): void {
    const start = this.#next;
    const end = lineEnd(this.#text, start);
    let at = start;
    while (at < end && !isSpace(this.#text.charCodeAt(at)) && this.#text[at] !== '=') at += 1;
    if (this.#text[at] === '=' || start >= this.#text.length) return;
    const next = end + 1;
    const lost = { end, next: lineEnd(this.#text, next) + 1, breaks: 2 };
    this.#damaged = at < end ? { end: at, next, breaks: 1 } : lost;
  }

  #read(): Line | null {
    while (this.#next < this.#text.length) {
      const line = this.#readOne();
      if (line !== null) return line;
    }
    return null;
  }

  #readOne(): Line | null {
    const text = this.#text;
    const offset = this.#next;
    const { end, next, breaks } = this.#damaged ?? this.#bounds(offset);
    this.#damaged = null;
    this.#next = next;
    this.#number = this.#nextNumber;
    this.#nextNumber += breaks;
    let start = offset;
    while (start < end && isSpace(text.charCodeAt(start))) start += 1;
    if (start === end || text[start] === '#') return null;
    const words = wordsOf(text, start, end);
    const [first, ...rest] = words;
    if (first === undefined) return null;
    return { number: this.#number, words: [first, ...rest], span: { start, end }, indented: start > offset };
  }

  #bounds(offset: number): Bounds {
    const text = this.#text;
    const newline = lineEnd(text, offset);
    const cut = this.#rules.window === null ? newline : cutAt(text, offset, newline, this.#rules.window);
    if (cut < newline) return { end: cut, next: cut, breaks: 0 };
    const isReturn = this.#rules.carriageReturns && newline > offset && text[newline - 1] === '\r';
    const end = isReturn ? newline - 1 : newline;
    if (isReturn) this.carriageReturn ??= { start: end, end: newline };
    return { end, next: newline + 1, breaks: 1 };
  }
}

/** Whether a line is this one character and white space. */
export function isOnly({ words }: Line, character: '{' | '}'): boolean {
  const letters = words.map(({ text }) => text.replace(/[\t-\r]/g, '')).join('');
  return letters === character;
}

function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline;
}

/** Where so many bytes of UTF-8 end, or `end`. */
function cutAt(text: string, start: number, end: number, window: number): number {
  if ((end - start) * 3 <= window) return end;
  let left = window;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    left -= code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
    if (left < 0) return Math.max(at, start + 1);
  }
  return end;
}

function wordsOf(text: string, start: number, end: number): readonly Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    const from = at;
    while (at < end && !isSeparator(text.charCodeAt(at))) at += 1;
    words.push({ text: text.slice(from, at), span: { start: from, end: at } });
    while (at < end && isSeparator(text.charCodeAt(at))) at += 1;
  }
  return words;
}

function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** isspace(3) in the C locale. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
