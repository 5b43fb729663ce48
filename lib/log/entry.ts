/** What the formats turn into a line. */

import type { Event, Level } from './events.ts';

/** An event with the moment when it was told (wall clock, ms since 1970). */
export interface Entry {
  readonly timeMs: number;
  readonly level: Level;
  readonly event: Event;
}

/** Makes the line of an entry, without a newline at its end. */
export type Format = (entry: Entry) => string;

/** The longest line, in bytes of UTF-8: what rsyslog takes by default. */
export const MAX_LINE = 8192;

/** The longest text in a line; it leaves room for time, level and the speaker's name. */
export const MAX_TEXT = MAX_LINE - 256;
