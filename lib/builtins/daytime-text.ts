/** The text of the daytime service (RFC 867), as ctime(3) writes it in the C locale. */

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
// biome-ignore format: a table
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** 26 bytes, `Sun Nov  3 22:34:14 2026` and CR LF, in the daemon's time zone. `wallMs` counts from 1970. */
export function daytimeText(wallMs: number): string {
  const date = new Date(wallMs);
  const day = String(date.getDate()).padStart(2);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
  return `${days[date.getDay()]} ${months[date.getMonth()]} ${day} ${time} ${date.getFullYear()}\r\n`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
