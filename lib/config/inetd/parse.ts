/** Reads inetd.conf(5): one source into its entries, includes and the lines that are neither. */

import { Diagnostics, type Parsed, type Source, type Span } from '../../diagnostics/diagnostic.ts';
import type { Origin } from '../../model/service.ts';
import type { Dialect } from '../settings.ts';
import type { EntryContext } from './assemble.ts';
import { type DialectRules, dialects } from './dialects.ts';
import { readDirective } from './directive.ts';
import type { Entry, Host } from './entry.ts';
import { looksLike } from './hints.ts';
import { anyHost, readHosts } from './host-field.ts';
import { type KeyValueHead, keyValueHeadAt, readKeyValue } from './keyvalue.ts';
import { holdsText, remarkOn } from './line-checks.ts';
import { readPositional } from './positional.ts';
import { type Line, readLine, skipBlanks } from './tokenize.ts';
import { isBlank, type Word } from './words.ts';

/** What a file inherits from the one that includes it. */
export interface Inherited {
  readonly hosts: readonly Host[];
  readonly ipsec: string | null;
}

/** What stands in a file, in its order. */
export type Item =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'rejected'; readonly origin: Origin }
  | {
      readonly kind: 'include';
      readonly pattern: string;
      readonly span: Span;
      readonly inherited: Inherited;
    };

/** How a source is read. */
export interface ParseOptions {
  readonly dialect: Dialect;
  /** Without it: every address, no IPsec policy. */
  readonly inherited?: Inherited;
}

/** Reads a source. A bad entry is reported and left out; the others are still read. */
export function parseInetdConf(source: Source, options: ParseOptions): Parsed<readonly Item[]> {
  const reader = new Reader(source, options);
  reader.read();
  return { value: reader.items, diagnostics: reader.diagnostics.all };
}

/** Walks through one source, with what the lines above decided. */
class Reader {
  readonly items: Item[] = [];
  readonly diagnostics: Diagnostics;
  readonly #source: Source;
  readonly #rules: DialectRules;
  readonly #hint: string;
  /** Nothing in the whole file is what no entry can hold. */
  readonly #isText: boolean;
  #hosts: readonly Host[];
  #ipsec: string | null;
  #ipsecReported = false;

  constructor(source: Source, { dialect, inherited }: ParseOptions) {
    this.diagnostics = new Diagnostics(source);
    this.#source = source;
    this.#rules = dialects[dialect];
    this.#isText = !/[\0\ufffd]/.test(source.text);
    const like = looksLike(source.text);
    this.#hint = like === null || like === dialect ? '' : ` (the file looks like one for --dialect=${like})`;
    this.#hosts = inherited?.hosts ?? [anyHost];
    this.#ipsec = inherited?.ipsec ?? null;
  }

  read(): void {
    const { text } = this.#source;
    let offset = 0;
    let number = 1;
    while (offset < text.length) {
      const head = keyValueHeadAt(text, offset);
      ({ next: offset, nextNumber: number } =
        head === null
          ? this.#readFrom(readLine(text, offset, number, this.#rules))
          : this.#readKeyValue(head, number));
    }
  }

  /** Takes what begins with this line; returns the last line that belonged to it. */
  #readFrom(line: Line): Pick<Line, 'next' | 'nextNumber'> {
    if (line.comment !== null) this.#readComment(line.comment);
    const [first, second] = line.words;
    if (first === undefined) return line;
    if (first.text.startsWith('.') && !first.quoted) {
      const pattern = readDirective(line.words, this.diagnostics);
      if (pattern !== null) this.#include(pattern);
      return line;
    }
    if (isDefaultHost(first, second)) {
      this.#hosts = readHosts(first, first.text.slice(0, -1), this.diagnostics) ?? this.#hosts;
      return line;
    }
    return this.#readPositional(line, first);
  }

  #readComment(comment: Span): void {
    const text = this.#source.text.slice(comment.start, comment.end);
    if (!text.startsWith('#@')) return;
    const policy = text.slice(2).trim();
    this.#ipsec = policy === '' ? null : policy;
    if (policy === '' || this.#ipsecReported) return;
    this.#ipsecReported = true;
    this.diagnostics.warning(
      'inetd/ipsec',
      comment,
      'the IPsec policy is not enforced for the entries below',
      'set it in the system (ip xfrm policy); --strict leaves these entries out',
    );
  }

  #include(pattern: Word): void {
    const inherited = { hosts: this.#hosts, ipsec: this.#ipsec };
    this.items.push({ kind: 'include', pattern: pattern.text, span: pattern.span, inherited });
  }

  #readPositional(first: Line, word: Word): Pick<Line, 'next' | 'nextNumber'> {
    const lines = [first];
    let last = first;
    for (let line = this.#continuation(last); line !== null; line = this.#continuation(last)) {
      lines.push(line);
      last = line;
    }
    for (const line of lines) remarkOn(line, this.#rules, this.#hint, this.diagnostics);
    const isText = this.#isText || lines.every((line) => holdsText(line, this.#source, this.diagnostics));
    const words = lines.flatMap((line) => line.words);
    const context = this.#context({ line: first.number, word: word.text });
    this.#take(context.origin, isText ? readPositional(words, context) : null);
    return last;
  }

  /** The line behind `last` if it belongs to the same entry. */
  #continuation(last: Line): Line | null {
    if (this.#rules.indented === 'starts' || !isBlank(this.#source.text.charCodeAt(last.next))) return null;
    const line = readLine(this.#source.text, last.next, last.nextNumber, this.#rules);
    if (this.#rules.indented === 'continues' || !looksComplete(line.words)) return line;
    this.diagnostics.warning(
      'inetd/indented-entry',
      line.span,
      'an indented line that is an entry by itself is read as one',
      `BSD inetds add it to the entry above: move it to the first column, or break the line elsewhere${this.#hint}`,
    );
    return null;
  }

  /** A key-value entry; another one or a positional one may follow on the line of its `;`. */
  #readKeyValue(head: KeyValueHead, line: number): Pick<Line, 'next' | 'nextNumber'> {
    const { text } = this.#source;
    const context = this.#context({ line, word: head.first.text });
    const { entry, end, lines, broken } = readKeyValue(head, context);
    const number = line + lines;
    this.#take(context.origin, entry);
    if (broken) {
      this.#dropRest(end, number);
      return { next: text.length, nextNumber: number };
    }
    const rest = skipBlanks(text, end, text.length);
    const isEnd = /[#\r\n]|^$/.test(text.charAt(rest));
    return isEnd ? readLine(text, rest, number, dialects.bsd) : { next: rest, nextNumber: number };
  }

  /** Behind a syntax error nothing is read, but what stood there is told, so that a reload keeps its services. */
  #dropRest(offset: number, number: number): void {
    const { text } = this.#source;
    let line = readLine(text, offset, number, this.#rules);
    while (line.next < text.length) {
      line = readLine(text, line.next, line.nextNumber, this.#rules);
      const [word] = line.words;
      if (word === undefined || line.indented) continue;
      this.#take({ file: this.#source.file, line: line.number, word: word.text }, null);
    }
  }

  #context({ line, word }: { readonly line: number; readonly word: string }): EntryContext {
    return {
      source: this.#source,
      origin: { file: this.#source.file, line, word },
      hosts: this.#hosts,
      ipsec: this.#ipsec,
      rules: this.#rules,
      diagnostics: this.diagnostics,
    };
  }

  #take(origin: Origin, entry: Entry | null): void {
    this.items.push(entry === null ? { kind: 'rejected', origin } : { kind: 'entry', entry });
  }
}

/** `host:` alone on its line, a comment behind it not counted. */
function isDefaultHost(first: Word, second: Word | undefined): boolean {
  return first.text.endsWith(':') && (second === undefined || second.text.startsWith('#'));
}

/** Whether an indented line is an entry by itself: six words, and a known type, protocol and wait word among them. */
function looksComplete(words: readonly Word[]): boolean {
  const [, type, protocol, wait] = words.map((word) => word.text);
  if (type === 'on' || type === 'off') return /^[a-z_]+(=|$)/.test(protocol ?? '');
  return (
    words.length >= 6 &&
    /^(stream|dgram|raw|rdm|seqpacket|tli)([,:]|$)/.test(type ?? '') &&
    /^(rpc\/|tcp|udp|unix|sctp)/.test(protocol ?? '') &&
    /^(no)?wait([.:/]|$)/.test(wait ?? '')
  );
}
