/** Times as logs write them. Each formatter keeps the second it wrote last: a busy log writes thousands a second. */

/** Writes a wall-clock time (ms since 1970). */
export type TimeFormat = (timeMs: number) => string;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-11-23T01:18:11.042Z` (RFC 3339). */
export function utcTime(): TimeFormat {
  const second = perSecond((date) => date.toISOString().slice(0, 20));
  return (timeMs) => `${second(timeMs)}${milliseconds(timeMs)}Z`;
}

/** `2026-11-23 01:18:11.042`, local time, for people. */
export function localTime(): TimeFormat {
  const second = perSecond((date) => {
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    return `${day} ${clockTime(date)}.`;
  });
  return (timeMs) => second(timeMs) + milliseconds(timeMs);
}

/** `Nov  3 01:18:11`, local time (RFC 3164). */
export function bsdTime(): TimeFormat {
  return perSecond(
    (date) => `${MONTHS[date.getMonth()]} ${String(date.getDate()).padStart(2)} ${clockTime(date)}`,
  );
}

/** `26/11/2@09:05:07`, local time: xinetd.log(5) pads neither month nor day. */
export function xinetdTime(): TimeFormat {
  return perSecond((date) => {
    const year = two(date.getFullYear() % 100);
    return `${year}/${date.getMonth() + 1}/${date.getDate()}@${clockTime(date)}`;
  });
}

function perSecond(write: (date: Date) => string): TimeFormat {
  let lastSecond = Number.NaN;
  let lastText = '';
  return (timeMs) => {
    const second = Math.floor(timeMs / 1000);
    if (second !== lastSecond) {
      lastSecond = second;
      lastText = write(new Date(second * 1000));
    }
    return lastText;
  };
}

function milliseconds(timeMs: number): string {
  return String(Math.floor(timeMs) % 1000).padStart(3, '0');
}

function clockTime(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
