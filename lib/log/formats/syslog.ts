/** The two forms of syslog: BSD's, as libc writes it to /dev/log (RFC 3164), and the newer one (RFC 5424). */

import type { SyslogFacility } from '../../model/service-log.ts';
import { type Entry, type Format, MAX_LINE, MAX_TEXT } from '../entry.ts';
import { safeText } from '../escape.ts';
import { FACILITY } from '../facilities.ts';
import { SEVERITY } from '../levels.ts';
import { readable } from '../number.ts';
import { bsdTime, utcTime } from '../time.ts';
import { inetdWording, type Wording } from '../wording.ts';

/** Who speaks: `ident` is the program's name, `host` this machine's. */
export interface Speaker {
  readonly ident: string;
  readonly pid: number;
  readonly host: string;
  /** `daemon` unless given. */
  readonly facility?: SyslogFacility;
}

/** The number that RFC 5612 keeps for those who have none of their own. */
const STRUCTURE = 'superd@32473';

/** A value of structured data is no longer than this: 12 of them leave room for the text. */
const MAX_VALUE = 400;

/** RFC 5424 wants a byte order mark before text that is UTF-8 and not only ASCII. */
const BOM = '\ufeff';
const BOM_BYTES = 3;

/** `<30>Nov 23 01:18:11 inetd[7]: connection from 192.0.2.7, service finger (tcp)`; local time. */
export function bsdSyslogFormat(speaker: Speaker, { textOf }: Wording = inetdWording): Format {
  const { ident, pid, facility = 'daemon' } = speaker;
  const time = bsdTime();
  const tag = `${ident}[${pid}]: `;
  return ({ level, timeMs, event }) =>
    `<${FACILITY[facility] + SEVERITY[level]}>${time(timeMs)} ${tag}${safeText(textOf(event), MAX_TEXT)}`;
}

/** `<30>1 2026-11-23T01:18:11.042Z host superd 7 started [superd@32473 service="finger/tcp4" …] connection from …`. */
export function syslogFormat(who: Speaker, { textOf }: Wording = inetdWording): Format {
  const { ident, pid, host, facility = 'daemon' } = who;
  const time = utcTime();
  const speaker = `${headerWord(host, 255)} ${headerWord(ident, 48)} ${pid}`;
  return (entry: Entry) => {
    const { level, timeMs, event } = entry;
    const header = `<${FACILITY[facility] + SEVERITY[level]}>1 ${time(timeMs)} ${speaker} ${event.event}`;
    const line = `${header} ${structuredData(entry)} `;
    return line + utf8(safeText(textOf(event), MAX_LINE - BOM_BYTES - Buffer.byteLength(line)));
  };
}

/** Printable ASCII without blanks; `-` when nothing is left. */
function headerWord(text: string, maxLength: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, maxLength) || '-';
}

function structuredData({ event }: Entry): string {
  const fields: Readonly<Record<string, unknown>> = event;
  let data = '';
  for (const name in fields) {
    const value = fields[name];
    // The event is the message's id, a message its text, and null is left out.
    if (name === 'event' || name === 'message' || name === 'level' || value === null) continue;
    data += ` ${name}="${typeof value === 'string' ? parameterValue(value) : plain(value)}"`;
  }
  return data === '' ? '-' : `[${STRUCTURE}${data}]`;
}

function plain(value: unknown): string {
  return String(typeof value === 'number' ? readable(value) : value);
}

/** Our own escapes double the backslash that RFC 5424 wants doubled. */
function parameterValue(value: string): string {
  const safe = safeText(value, MAX_VALUE);
  return /["\]]/.test(safe) ? safe.replace(/["\]]/g, '\\$&') : safe;
}

function utf8(text: string): string {
  return /[^\x20-\x7e]/.test(text) ? BOM + text : text;
}
