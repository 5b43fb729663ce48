/** Lines of xinetd's own messages in a file (xinetd(8), -filelog). */

import { type Format, MAX_TEXT } from '../entry.ts';
import { safeText } from '../escape.ts';
import type { Level } from '../events.ts';
import { xinetdTime } from '../time.ts';
import type { Wording } from '../wording.ts';

const WORDS: Readonly<Record<Level, string>> = {
  crit: 'CRITICAL',
  err: 'ERROR',
  warning: 'WARNING',
  notice: 'NOTICE',
  info: 'INFO',
  debug: 'DEBUG',
};

/** `26/11/2@09:05:07 xinetd[7]: NOTICE: Starting reconfiguration`, local time. */
export function xinetdFileFormat(
  { ident, pid }: { readonly ident: string; readonly pid: number },
  { textOf }: Wording,
): Format {
  const time = xinetdTime();
  const tag = `${ident}[${pid}]: `;
  return ({ event, level, timeMs }) =>
    `${time(timeMs)} ${tag}${WORDS[level]}: ${safeText(textOf(event), MAX_TEXT)}`;
}
