/** What xinetd 2.3.15 makes of a text, with everything that it loses on the way. */

import type { Diagnostics, Source } from '../../../diagnostics/diagnostic.ts';
import { readAssignment } from './assignment.ts';
import type { Assignment, Block, Word } from './block.ts';
import { type Item, keywordOf } from './items.ts';
import { holdsText, remarkOnValues } from './line-remarks.ts';
import { isOnly, type Line, type LineRules, Lines } from './lines.ts';
import { EXAMPLES, isDisable, SLIPS } from './slips.ts';

/** The read window of its I/O library holds four pages. */
const RULES: LineRules = { carriageReturns: false, window: 16_383 };

/** Reads one source. */
export class ExactReader {
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
    for (let line = this.#lines.take(); line !== null; line = this.#lines.take()) this.#readTop(line);
    return this.#items;
  }

  #readTop(line: Line): void {
    const [first, name] = line.words;
    const keyword = keywordOf(first);
    const say = this.#diagnostics;
    if (keyword === null) {
      const lost = this.#skip();
      say.error(
        'xinetd/stray-line',
        line.span,
        `no entry begins with '${first.text}': lost ${lost}`,
        'remove the line',
      );
    } else if (keyword === 'defaults') {
      this.#readDefaults(line);
    } else if (name === undefined) {
      const lost = this.#skip();
      say.error(
        'xinetd/missing-name',
        line.span,
        `nothing stands behind ${keyword}: lost ${lost}`,
        `write ${EXAMPLES[keyword]}`,
      );
      if (keyword === 'service') this.#lose(line);
    } else if (keyword === 'service') {
      this.#readBlock(line, name);
    } else {
      this.#items.push({ kind: keyword, path: name, span: line.span });
    }
  }

  #readDefaults(line: Line): void {
    if (!this.#hasDefaults) {
      this.#hasDefaults = this.#readBlock(line, null);
      return;
    }
    const lost = this.#skip();
    const message = `a file has one defaults block: lost ${lost}`;
    this.#diagnostics.error(
      'xinetd/second-defaults',
      line.span,
      message,
      'write its lines into the first one',
    );
  }

  /** Reads what follows a header; false when it is lost. Attributes of defaults that were read by then stay. */
  #readBlock(header: Line, name: Word | null): boolean {
    const brace = this.#lines.take();
    const assignments: Assignment[] = [];
    const whole =
      brace !== null && isOnly(brace, '{') ? this.#readBody(header, assignments, name === null) : false;
    if (brace === null) this.#unclosed(header);
    else if (!isOnly(brace, '{')) {
      const lost = this.#skip();
      const message = `line ${brace.number} is not the { of this block alone: lost ${lost}`;
      this.#diagnostics.error('xinetd/missing-brace', header.span, message, 'put { on a line of its own');
    }
    const kind = name === null ? 'defaults' : 'service';
    const block: Block = {
      kind,
      source: this.#source,
      header: header.span,
      name,
      assignments,
      broken: !whole && name !== null,
    };
    this.#items.push({ kind: 'block', block });
    return whole;
  }

  #readBody(header: Line, assignments: Assignment[], isDefaults: boolean): boolean {
    for (let line = this.#lines.take(); line !== null; line = this.#lines.take()) {
      if (isOnly(line, '}')) return true;
      const assignment = this.#readLine(line);
      if (assignment === null) {
        if (!isDefaults) this.#skip();
        return false;
      }
      assignments.push(assignment);
      if (!isDefaults && isDisable(assignment)) {
        this.#skip();
        return true;
      }
    }
    this.#unclosed(header);
    return false;
  }

  #readLine(line: Line): Assignment | null {
    if (!holdsText(line, this.#source, this.#diagnostics)) return null;
    const read = readAssignment(line.words);
    if (read.kind === 'assignment') {
      remarkOnValues(read.assignment, this.#diagnostics);
      return read.assignment;
    }
    if (read.kind === 'nothing-after' && this.#endsWith(line)) this.#lines.overrun();
    const { code, message, help } = SLIPS[read.kind];
    this.#diagnostics.error(code, read.name.span, message(read.name.text), help);
    return null;
  }

  /** Not even a blank stands behind the last word. */
  #endsWith({ span, words }: Line): boolean {
    return words.at(-1)?.span.end === span.end;
  }

  #unclosed(header: Line): void {
    const message = 'the file ends before the } of this block';
    this.#diagnostics.error('xinetd/unclosed', header.span, message, 'put } on a line of its own');
  }

  /** Leaves out everything up to the next } that is alone on its line; says which lines these were. */
  #skip(): string {
    const begin = this.#lines.number + 1;
    for (let line = this.#lines.take(); line !== null; line = this.#lines.take())
      if (isOnly(line, '}')) break;
    const end = this.#lines.number;
    return end < begin ? 'nothing else' : `the lines ${begin} to ${end}`;
  }

  #lose({ number, words: [{ text }] }: Line): void {
    this.#items.push({ kind: 'lost', origin: { file: this.#source.file, line: number, word: text } });
  }
}
