/** Lines for a standard error that is the journal's: a level in front, as sd-daemon(3) says; the journal adds the time. */

import { type Format, MAX_TEXT } from '../entry.ts';
import { safeText } from '../escape.ts';
import { SEVERITY } from '../levels.ts';
import { inetdWording, type Wording } from '../wording.ts';

/** `<4>refused connection from 192.0.2.7, service finger (tcp)`. */
export function journalFormat({ textOf }: Wording = inetdWording): Format {
  return ({ level, event }) => `<${SEVERITY[level]}>${safeText(textOf(event), MAX_TEXT)}`;
}
