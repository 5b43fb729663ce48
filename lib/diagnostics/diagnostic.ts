/** What we say about a configuration file: where, what, which rule, and what to write instead. */

/** A piece of a source: offsets into `Source.text` in UTF-16 units, `end` is behind the last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A configuration file as text; `file` is the name that diagnostics print. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** `error`: the entry is left out. `warning`: it is served, but not as its text may suggest. `note`: nothing to fear. */
export type Severity = 'error' | 'warning' | 'note';

/** One remark on one place of a file. `code` is a row of the catalogue in rules.ts. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
  readonly source: Source;
  readonly span: Span;
}

/** What a reader returns: the value it could read, and everything that was wrong. It never throws. */
export interface Parsed<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Collects the diagnostics of one source while it is being read. */
export class Diagnostics {
  readonly #source: Source;
  readonly #all: Diagnostic[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  get all(): readonly Diagnostic[] {
    return this.#all;
  }

  error(code: string, span: Span, message: string, help?: string): void {
    this.#add('error', code, span, message, help);
  }

  warning(code: string, span: Span, message: string, help?: string): void {
    this.#add('warning', code, span, message, help);
  }

  note(code: string, span: Span, message: string, help?: string): void {
    this.#add('note', code, span, message, help);
  }

  #add(severity: Severity, code: string, span: Span, message: string, help?: string): void {
    const diagnostic = { severity, code, message, source: this.#source, span };
    this.#all.push(help === undefined ? diagnostic : { ...diagnostic, help });
  }
}
