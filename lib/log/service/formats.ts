/** The two forms of a line of a service's log. */

import type { ServiceLogTarget, SyslogLevel } from '../../model/service-log.ts';
import { FACILITY } from '../facilities.ts';
import { bsdTime, xinetdTime } from '../time.ts';

/** Makes the line of a text, which is safe already; the time is ms since 1970. */
export type LineFormat = (timeMs: number, text: string) => string;

/** The numbers of syslog(3). */
// biome-ignore format: a table
const SEVERITY: Readonly<Record<SyslogLevel, number>> = {
  emerg: 0, alert: 1, crit: 2, err: 3, warning: 4, notice: 5, info: 6, debug: 7,
};

/** `26/11/2@09:05:07: START: ftp pid=59 from=192.0.2.7`, local time (xinetd.log(5)). */
export function serviceFileFormat(): LineFormat {
  const time = xinetdTime();
  return (timeMs, text) => `${time(timeMs)}: ${text}`;
}

/** `<157>Nov  2 09:05:07 xinetd[7]: START: ftp pid=59 from=192.0.2.7`, local time (RFC 3164). */
export function serviceSyslogFormat(
  { ident, pid }: { readonly ident: string; readonly pid: number },
  { facility, level }: Extract<ServiceLogTarget, { kind: 'syslog' }>,
): LineFormat {
  const time = bsdTime();
  const priority = `<${FACILITY[facility] + SEVERITY[level]}>`;
  const tag = `${ident}[${pid}]: `;
  return (timeMs, text) => `${priority}${time(timeMs)} ${tag}${text}`;
}
