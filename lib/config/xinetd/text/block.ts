/** What an xinetd.conf consists of, before anybody asks what its words mean. */

import type { Source, Span } from '../../../diagnostics/diagnostic.ts';

/** A word and where it stands. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** `=` sets, `+=` adds, `-=` takes away. */
export type Operator = '=' | '+=' | '-=';

/** One line of a block; `attribute` is its name in lower case. */
export interface Assignment {
  readonly attribute: string;
  readonly name: Word;
  readonly operator: Operator;
  readonly values: readonly Word[];
}

/**
 * A `defaults` or `service` block of one file; `name` is the service's, null for defaults. `broken`: one of its lines is
 * no assignment, which was reported; such a service must not be served, for the line may have been a restriction.
 */
export interface Block {
  readonly kind: 'defaults' | 'service';
  readonly source: Source;
  /** The first line of the block. */
  readonly header: Span;
  readonly name: Word | null;
  readonly assignments: readonly Assignment[];
  readonly broken: boolean;
}
