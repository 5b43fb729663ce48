/** What a line of hosts_access(5) says, before it is compiled. */

import type { Span } from '../../diagnostics/diagnostic.ts';

/** A pattern or an option as written, and where. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** `a b EXCEPT c EXCEPT d` is three lists: (a or b) but not (c but not d). The first one is always there. */
export type WordLists = readonly [readonly Word[], ...(readonly Word[])[]];

/** The place of a rule; the line is the first one of joined lines, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** `daemons : clients : option : option`; `options` is null without a second colon. */
export interface RuleText {
  readonly place: Place;
  readonly span: Span;
  readonly daemons: WordLists;
  readonly clients: WordLists;
  readonly options: readonly Word[] | null;
}

/** How the files are read. */
export interface HostsSettings {
  /** Copies Debian's libwrap even where it does not do what the text says. */
  readonly strict: boolean;
  /** `#` behind the first column: an ordinary word (Debian) or the begin of a comment (FreeBSD). */
  readonly hash: 'word' | 'comment';
}

/** Debian's reading, with its traps mended. */
export const DEFAULT_SETTINGS: HostsSettings = { strict: false, hash: 'word' };
