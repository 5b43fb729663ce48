/**
 * Reads what the author of an xinetd.conf meant. A slip that can mean one thing only is read so, with a warning; an entry
 * with a line that cannot be understood is told as broken, for the line may have been a restriction. Whatever went wrong,
 * the next keyword begins anew.
 */

import type { Diagnostics, Source } from '../../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../spelling.ts';
import type { Block, Word } from './block.ts';
import { Body } from './body.ts';
import { type Header, headerOf, isHeader, meantKeyword } from './header.ts';
import { type Item, KEYWORDS } from './items.ts';
import { remarkOnSurplus } from './line-remarks.ts';
import { type Line, type LineRules, Lines } from './lines.ts';
import { EXAMPLES } from './slips.ts';

const RULES: LineRules = { carriageReturns: true, window: null };

/** Reads one source. */
export class ForgivingReader {
  readonly #source: Source;
  readonly #diagnostics: Diagnostics;
  readonly #lines: Lines;
  readonly #items: Item[] = [];
  #hasDefaults = false;

  constructor(source: Source, diagnostics: Diagnostics) {
    this.#source = source;
    this.#diagnostics = diagnostics;
    this.#lines = new Lines(source, RULES);
  }

  read(): readonly Item[] {
    this.#readMark();
    for (let line = this.#lines.take(); line !== null; line = this.#lines.take()) this.#readTop(line);
    const { carriageReturn } = this.#lines;
    if (carriageReturn !== null) {
      const help = 'convert the file: sed -i "s/\\r$//" FILE';
      this.#diagnostics.warning(
        'xinetd/carriage-return',
        carriageReturn,
        'lines end in CR LF, which xinetd takes for part of the values',
        help,
      );
    }
    return this.#items;
  }

  #readMark(): void {
    if (this.#source.text[0] !== '\ufeff') return;
    this.#lines.skipTo(1);
    const message = 'the file begins with a byte order mark, which xinetd takes for part of the first word';
    this.#diagnostics.warning(
      'xinetd/byte-order-mark',
      { start: 0, end: 1 },
      message,
      'save the file without it',
    );
  }

  #readTop(line: Line): void {
    const header = headerOf(line);
    if (header === null) this.#readStray(line);
    else if (header.keyword === 'defaults') this.#readDefaults(line, header.rest);
    else this.#readNamed(line, header.keyword, header);
  }

  #readNamed(line: Line, keyword: keyof typeof EXAMPLES, { name, rest }: Header): void {
    if (name === undefined) {
      const message = `nothing stands behind ${keyword}`;
      this.#diagnostics.error('xinetd/missing-name', line.span, message, `write ${EXAMPLES[keyword]}`);
      if (keyword === 'service') this.#lose(line);
      if (keyword === 'service' && this.#lines.peek()?.words[0].text === '{') this.#skip();
    } else if (keyword === 'service') {
      this.#readBlock(line, name, rest);
    } else {
      remarkOnSurplus(rest, this.#diagnostics);
      this.#items.push({ kind: keyword, path: name, span: line.span });
    }
  }

  /** A second block in one file is read like one in another file: lists add up, of single values the first counts. */
  #readDefaults(line: Line, rest: readonly Word[]): void {
    if (this.#hasDefaults) {
      const help = 'xinetd reads one defaults block a file: write its lines into the first one';
      this.#diagnostics.warning(
        'xinetd/second-defaults',
        line.span,
        'a second defaults block adds to the first',
        help,
      );
    }
    this.#hasDefaults = true;
    this.#readBlock(line, null, rest);
  }

  #readBlock(header: Line, name: Word | null, rest: readonly Word[]): void {
    const body = new Body(this.#lines, { source: this.#source, diagnostics: this.#diagnostics });
    const read = body.read(header, name, rest);
    const kind = name === null ? 'defaults' : 'service';
    const block: Block = { kind, source: this.#source, header: header.span, ...read };
    this.#items.push({ kind: 'block', block });
  }

  /** A line that begins nothing. What belongs to it is left out with it. */
  #readStray(line: Line): void {
    const [first] = line.words;
    const next = this.#lines.peek();
    const meant = meantKeyword(line, next);
    if (meant !== null) {
      const message = `'${first.text}' is read as '${meant}'`;
      this.#diagnostics.warning('xinetd/misspelt-keyword', first.span, message, `write '${meant}'`);
      const [, ...behind] = line.words;
      const [name, ...rest] = behind;
      if (meant === 'defaults') this.#readDefaults(line, behind);
      else if (name !== undefined) this.#readBlock(line, name, rest);
      return;
    }
    if (first.text === '}') {
      const help = 'xinetd loses the entry behind it: remove it';
      this.#diagnostics.warning('xinetd/stray-brace', first.span, 'this } closes nothing', help);
      return;
    }
    if (first.text === '{' || next?.words[0].text === '{') this.#lose(line);
    const lost = this.#skip();
    const message = `no entry begins with '${first.text}'${lost === '' ? '' : `; ${lost} are not read either`}`;
    const help = didYouMean(
      first.text,
      KEYWORDS,
      'entries begin with service or defaults; a comment begins with #',
    );
    this.#diagnostics.error('xinetd/stray-line', line.span, message, help);
  }

  /** Leaves out what stands before the next keyword, up to a }; says which lines these were. */
  #skip(): string {
    let [begin, end] = [0, 0];
    for (let line = this.#lines.peek(); line !== null && !isHeader(line); line = this.#lines.peek()) {
      this.#lines.take();
      begin ||= line.number;
      end = line.number;
      if (line.words[0].text === '}') break;
    }
    return end === 0 ? '' : `the lines ${begin} to ${end}`;
  }

  #lose({ number, words: [{ text }] }: Line): void {
    this.#items.push({ kind: 'lost', origin: { file: this.#source.file, line: number, word: text } });
  }
}
