/** What becomes of a caller whom hosts.allow and hosts.deny were asked about. */

import type { Changes } from '../../exec/changes.ts';
import type { Level } from '../../log/events.ts';

/** `level` is what a rule's `severity` asks for. Everything else that its options ask for was done already. */
export type Outcome = Granted | { readonly kind: 'refused'; readonly level: Level | null };

/** To be served; `changes` is what its child gets that others do not. */
export interface Granted {
  readonly kind: 'granted';
  readonly level: Level | null;
  readonly changes: Changes | null;
  /** SO_LINGER of the connection. For a child only: where the daemon itself closes, it would wait. */
  readonly lingerSeconds: number | null;
}

/** Served as everybody. */
export const GRANTED: Granted = { kind: 'granted', level: null, changes: null, lingerSeconds: null };

/** Turned away, and nothing more. */
export const REFUSED: Outcome = { kind: 'refused', level: null };
