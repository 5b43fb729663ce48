/** JSON lines: time and level, then the event with its own field names. */

import { type Entry, type Format, MAX_LINE } from '../entry.ts';
import { cut, escapeJson } from '../escape.ts';
import { utcTime } from '../time.ts';

/** `{"time":"2026-11-23T01:18:11.042Z","level":"info","event":"started","service":…}`. */
export function jsonFormat(): Format {
  const time = utcTime();
  return (entry: Entry) => {
    const head = `{"time":"${time(entry.timeMs)}","level":"${entry.level}",`;
    const fields = fieldsOf(entry);
    const line = head + escapeJson(JSON.stringify(fields)).slice(1);
    // A cut line would be no JSON: its strings are cut instead.
    return line.length * 3 <= MAX_LINE || Buffer.byteLength(line) <= MAX_LINE
      ? line
      : head + escapeJson(JSON.stringify(fields, shorten)).slice(1);
  };
}

/** A message has a level of its own, which is the entry's. */
function fieldsOf({ event }: Entry): object {
  return event.event === 'message' ? { event: event.event, message: event.message } : event;
}

/** Six bytes for each unit of 200, and no event has more than six strings: below MAX_LINE. */
function shorten(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? cut(value, 200) : value;
}
