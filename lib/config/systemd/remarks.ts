/** Remarks on units: at the line that caused them, or at the file where no line did. */

import {
  type Diagnostic,
  Diagnostics,
  type Severity,
  type Source,
  type Span,
} from '../../diagnostics/diagnostic.ts';
import { type Joined, placeIn } from './text/joined.ts';
import type { Assignment } from './text/lines.ts';

/** A remark on an assignment. `file`: what to point at without one. */
export interface Remark {
  readonly severity: Severity;
  readonly code: string;
  readonly at: Assignment | null;
  readonly message: string;
  readonly help?: string;
}

/** Collects the remarks of a unit, whose text may stand in several files. */
export class Remarks {
  readonly #file: Source;
  readonly #all: Diagnostic[] = [];

  /** `file`: where remarks without a line go. */
  constructor(file: Source) {
    this.#file = file;
  }

  get all(): readonly Diagnostic[] {
    return this.#all;
  }

  add({ at, ...remark }: Remark): void {
    if (at === null) this.put(remark, this.#file, { start: 0, end: 0 });
    else this.put(remark, at.source, { start: at.keySpan.start, end: endOf(at.value, at.keySpan) });
  }

  /** The same on any place. */
  put({ severity, code, message, help }: Omit<Remark, 'at'>, source: Source, span: Span): void {
    const diagnostics = new Diagnostics(source);
    diagnostics[severity](code, span, message, help);
    this.#all.push(...diagnostics.all);
  }

  take(diagnostics: readonly Diagnostic[]): void {
    this.#all.push(...diagnostics);
  }
}

/** A key and its value, as far as they stand on one line. */
function endOf(value: Joined, key: Span): number {
  return value.text === '' ? key.end : placeIn({ text: value.text, pieces: value.pieces.slice(0, 1) }).end;
}
