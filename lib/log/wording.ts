/** Whose words the daemon speaks: what each event says, and how loud it is. */

import type { Event, Level } from './events.ts';
import { levelOf } from './levels.ts';
import { textOf } from './text.ts';

/** The words of one super server. */
export interface Wording {
  /** One line, not escaped yet. */
  textOf(event: Event): string;
  levelOf(event: Event): Level;
}

/** As the inetds of openbsd-inetd, FreeBSD and NetBSD (inetd(8)), and superd by its own name. */
export const inetdWording: Wording = { textOf, levelOf };
