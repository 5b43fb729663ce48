/** NetBSD's key-value entries: `service on key = value…, key = value…;` over any number of lines. */

import type { Span } from '../../diagnostics/diagnostic.ts';
import type { EntryContext } from './assemble.ts';
import type { Entry } from './entry.ts';
import type { Option } from './option-list.ts';
import { readOptions } from './options.ts';
import { isValue, readValue, type SyntaxProblem } from './values.ts';
import type { Word } from './words.ts';

/** The words that begin a key-value entry. */
export interface KeyValueHead {
  /** `host:` with a blank behind it. */
  readonly host: Word | null;
  readonly first: Word;
  readonly on: boolean;
  /** Where the keys begin. */
  readonly offset: number;
}

/** What was read, and where reading goes on. */
export interface KeyValueRead {
  readonly entry: Entry | null;
  readonly end: number;
  /** How many line ends were passed. */
  readonly lines: number;
  /** The syntax is broken: what follows cannot be told apart. */
  readonly broken: boolean;
}

/** The head of a key-value entry if one begins at `offset`: the word behind the service is `on` or `off`. */
export function keyValueHeadAt(text: string, offset: number): KeyValueHead | null {
  const pattern =
    /[ \t]*(?![#.])(?:([^ \t\r\n]*:)[ \t]+)?([^ \t\r\n\0\ufffd]+)[ \t]+(on|off)(?=[ \t\r\n]|$)/dy;
  pattern.lastIndex = offset;
  const match = pattern.exec(text);
  const first = wordOf(match, 2);
  if (match === null || first === null) return null;
  return { host: wordOf(match, 1), first, on: match[3] === 'on', offset: pattern.lastIndex };
}

function wordOf(match: RegExpExecArray | null, group: number): Word | null {
  const place = match?.indices?.[group];
  if (match === null || place === undefined) return null;
  return { text: match[group] ?? '', span: { start: place[0], end: place[1] }, quoted: false };
}

/** Reads from behind `on` or `off` to behind the `;`. */
export function readKeyValue(head: KeyValueHead, context: EntryContext): KeyValueRead {
  const { text } = context.source;
  const pairs = new PairReader(text, head.offset);
  const { options, problem } = pairs.read();
  const lines = countLines(text, head.offset, pairs.at);
  if (problem !== null) {
    const help = `${problem.help}; nothing behind it in this file is read`;
    context.diagnostics.error('inetd/key-value-syntax', problem.span, problem.message, help);
    return { entry: null, end: pairs.at, lines, broken: true };
  }
  return { entry: readOptions(head, options, context), end: pairs.at, lines, broken: false };
}

/** Walks over `key = value…` pairs. */
class PairReader {
  at: number;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  read(): { readonly options: readonly Option[]; readonly problem: SyntaxProblem | null } {
    const options: Option[] = [];
    for (;;) {
      const option = this.#pair();
      if ('message' in option) return { options, problem: option };
      options.push(option);
      const separator = this.#text[this.at];
      if (separator === ';') {
        this.at += 1;
        return { options, problem: null };
      }
      if (separator !== ',') return { options, problem: this.#expected("',' or ';'") };
      this.at += 1;
    }
  }

  #pair(): Option | SyntaxProblem {
    this.#skip();
    const start = this.at;
    while (/[A-Za-z_]/.test(this.#text[this.at] ?? '')) this.at += 1;
    if (this.at === start) return this.#expected('a key');
    const key: Word = {
      text: this.#text.slice(start, this.at),
      span: { start, end: this.at },
      quoted: false,
    };
    this.#skip();
    if (this.#text[this.at] !== '=') return this.#expected("'='");
    this.at += 1;
    this.#skip();
    const values: Word[] = [];
    while (isValue(this.#text[this.at])) {
      const value = readValue(this.#text, this.at);
      if ('message' in value) return value;
      values.push(value);
      this.at = value.span.end;
      this.#skip();
    }
    return { key, values };
  }

  /** Passes blanks, line ends and comments. */
  #skip(): void {
    for (;;) {
      while (/[ \t\r\n]/.test(this.#text[this.at] ?? '')) this.at += 1;
      if (this.#text[this.at] !== '#') return;
      const newline = this.#text.indexOf('\n', this.at);
      this.at = newline === -1 ? this.#text.length : newline;
    }
  }

  #expected(what: string): SyntaxProblem {
    const found = this.#text[this.at];
    const span: Span = { start: this.at, end: Math.min(this.at + 1, this.#text.length) };
    return {
      span,
      message: `expected ${what}, found ${found === undefined ? 'the end of the file' : `'${found}'`}`,
      help: "write 'service on key = value, key = value;'",
    };
  }
}

function countLines(text: string, start: number, end: number): number {
  const passed = text.slice(start, end);
  let lines = 0;
  for (let at = passed.indexOf('\n'); at !== -1; at = passed.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
