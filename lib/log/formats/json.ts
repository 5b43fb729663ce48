/** JSON lines: time and level, then the event with its own field names. */

import { type Entry, type Format, MAX_LINE, MAX_TEXT } from '../entry.ts';
import { cut, escapeJson } from '../escape.ts';
import { readable } from '../number.ts';
import { utcTime } from '../time.ts';

/** `{"time":"2026-11-23T01:18:11.042Z","level":"info","event":"started","service":…}`. */
export function jsonFormat(): Format {
  const time = utcTime();
  return (entry: Entry) => {
    const head = `{"time":"${time(entry.timeMs)}","level":"${entry.level}"`;
    const line = `${head}${fieldsOf(entry, MAX_TEXT)}}`;
    // A cut line would be no JSON: its strings are cut instead.
    return line.length * 3 <= MAX_LINE || Buffer.byteLength(line) <= MAX_LINE
      ? line
      : `${head}${fieldsOf(entry, SHORT)}}`;
  };
}

/** Escaped, a byte becomes six at most, and no event has more than six strings: they fit a line. */
const SHORT = 200;

/** The fields of an event, which are flat; a message has a level of its own, which is the entry's. */
function fieldsOf({ event }: Entry, maxBytes: number): string {
  const fields: Readonly<Record<string, unknown>> = event;
  let json = '';
  for (const name in fields) {
    if (name !== 'level') json += `,"${name}":${written(fields[name], maxBytes)}`;
  }
  return json;
}

function written(value: unknown, maxBytes: number): string {
  if (typeof value === 'string') return escapeJson(JSON.stringify(cut(value, maxBytes)));
  return String(typeof value === 'number' ? readable(value) : value);
}
