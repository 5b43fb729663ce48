/** The lines of a block, from its header to its closing brace, as they were meant. */

import type { Diagnostics, Source, Span } from '../../../diagnostics/diagnostic.ts';
import { readAssignment } from './assignment.ts';
import type { Assignment, Block, Word } from './block.ts';
import { headerOf, isHeader, splitBrace } from './header.ts';
import { holdsText, remarkOnSurplus, remarkOnValues } from './line-remarks.ts';
import type { Line, Lines } from './lines.ts';
import { isDisable, SLIPS } from './slips.ts';

/** What a block is read into. */
export type ReadBody = Pick<Block, 'name' | 'assignments' | 'broken'>;

interface Context {
  readonly source: Source;
  readonly diagnostics: Diagnostics;
}

/** What is wrong with a line, to be told once it is known whether the entry is switched on. */
interface Fault {
  readonly code: string;
  readonly span: Span;
  readonly message: string;
  readonly help: string;
}

/** Reads one block. */
export class Body {
  readonly #lines: Lines;
  readonly #source: Source;
  readonly #diagnostics: Diagnostics;
  readonly #assignments: Assignment[] = [];
  readonly #faults: Fault[] = [];
  #broken = false;

  constructor(lines: Lines, { source, diagnostics }: Context) {
    this.#lines = lines;
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  /** Reads what stands behind the header; `rest` are further words of its line. */
  read(header: Line, name: Word | null, rest: readonly Word[]): ReadBody {
    const opened = this.#open(header, name, rest);
    if (opened.isOpen) this.#readLines(header);
    this.#tell();
    return { name: opened.name, assignments: this.#assignments, broken: this.#broken };
  }

  /** Finds the opening brace: on the next line, on the header's, on the name, or left out before an attribute. */
  #open(
    header: Line,
    name: Word | null,
    rest: readonly Word[],
  ): { readonly name: Word | null; readonly isOpen: boolean } {
    const [first, ...inner] = rest;
    if (first?.text === '{') return { name, isOpen: this.#openOnLine(first, inner) };
    remarkOnSurplus(rest, this.#diagnostics);
    const next = this.#lines.peek();
    if (next?.words[0].text === '{') {
      this.#lines.take();
      const [brace, ...words] = next.words;
      return { name, isOpen: words.length === 0 || this.#openOnLine(brace, words) };
    }
    const [plain, brace] = name === null ? [null, null] : splitBrace(name);
    if (brace !== null) return { name: plain, isOpen: this.#openOnLine(brace, []) };
    if (next !== null && !isHeader(next) && readAssignment(next.words).kind === 'assignment') {
      const help = 'xinetd loses this entry and more: put { on a line of its own';
      this.#diagnostics.warning(
        'xinetd/missing-brace',
        header.span,
        'no { follows: the lines below are read as its block',
        help,
      );
      return { name, isOpen: true };
    }
    this.#fault('xinetd/missing-brace', header.span, 'no { follows', 'write the block, or remove the line');
    return { name, isOpen: false };
  }

  /** Says that the brace has company; false when the block ends on the same line. */
  #openOnLine(brace: Word, inner: readonly Word[]): boolean {
    const help = 'xinetd loses the whole block: put { on a line of its own';
    this.#diagnostics.warning('xinetd/brace-place', brace.span, 'this { is not alone on its line', help);
    const [first, ...more] = inner;
    if (first === undefined || first.text.startsWith('#')) return true;
    return this.#readWords([first, ...more]);
  }

  #readLines(header: Line): void {
    for (let line = this.#lines.peek(); line !== null; line = this.#lines.peek()) {
      const begins = headerOf(line);
      const isOwn = line.indented && begins?.keyword.startsWith('include') === true;
      if (begins !== null && !isOwn) {
        this.#unclosed(header, `before line ${line.number}`);
        return;
      }
      this.#lines.take();
      if (begins !== null) {
        const help = 'include whole entries, outside of braces';
        this.#fault('xinetd/include-inside', line.span, 'a block cannot include lines', help);
      } else if (this.#holdsText(line) && !this.#readWords(line.words)) return;
    }
    this.#unclosed(header, 'before the end of the file');
  }

  #holdsText(line: Line): boolean {
    const isText = holdsText(line, this.#source, this.#diagnostics);
    this.#broken ||= !isText;
    return isText;
  }

  /** Takes a line; false when the block ends with it. */
  #readWords(words: Line['words']): boolean {
    const [first, ...rest] = words;
    if (first.text === '}') {
      remarkOnSurplus(rest, this.#diagnostics);
      return false;
    }
    const last = rest.at(-1);
    const closes = last?.text === '}' && this.#endsHere();
    if (closes) {
      const help = 'xinetd takes it for a value: put } on a line of its own';
      this.#diagnostics.warning('xinetd/brace-place', last.span, 'this } is not alone on its line', help);
    }
    this.#readAttribute(closes ? [first, ...rest.slice(0, -1)] : words);
    return !closes;
  }

  /** Whether a brace that could be a value must be the end: nothing else of the block follows. */
  #endsHere(): boolean {
    const next = this.#lines.peek();
    return next === null || isHeader(next);
  }

  #readAttribute(words: Line['words']): void {
    const read = readAssignment(words);
    if (read.kind === 'assignment' || read.kind === 'glued') {
      this.#assignments.push(read.assignment);
      remarkOnValues(read.assignment, this.#diagnostics);
    }
    if (read.kind === 'assignment') return;
    const { name } = read;
    const { code, message, help } = SLIPS[read.kind];
    if (read.kind === 'glued') this.#diagnostics.warning(code, name.span, message(name.text), help);
    else this.#fault(code, name.span, message(name.text), help);
  }

  #unclosed(header: Line, where: string): void {
    this.#fault(
      'xinetd/unclosed',
      header.span,
      `no } ends this block ${where}`,
      'put } on a line of its own',
    );
  }

  #fault(code: string, span: Span, message: string, help: string): void {
    this.#broken = true;
    this.#faults.push({ code, span, message, help });
  }

  /** Nobody misses an entry that is switched off. */
  #tell(): void {
    const isOff = this.#assignments.some(isDisable);
    for (const { code, span, message, help } of this.#faults) {
      if (isOff) this.#diagnostics.warning(code, span, message, help);
      else this.#diagnostics.error(code, span, message, help);
    }
  }
}
