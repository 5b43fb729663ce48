/** The texts of the daytime service (RFC 867). */

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
// biome-ignore format: a table
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A text for a time, which counts from 1970 in ms. */
export type DaytimeFormat = (wallMs: number) => string;

/** 26 bytes, `Sun Nov  3 22:34:14 2026` and CR LF, in the daemon's time zone. */
export const daytimeText: DaytimeFormat = (wallMs) => `${ctime(wallMs)}\r\n`;

/** xinetd's: `03 NOV 2026 22:34:14 CET` and CR LF; `zone` names the time zone at a time. */
export function xinetdDaytime(zone: (date: Date) => string): DaytimeFormat {
  return (wallMs) => {
    const date = new Date(wallMs);
    const month = months[date.getMonth()]?.toUpperCase();
    return `${twoDigits(date.getDate())} ${month} ${date.getFullYear()} ${timeOf(date)} ${zone(date)}\r\n`;
  };
}

/** As ctime(3) writes it in the C locale, without its line feed. */
export function ctime(wallMs: number): string {
  const date = new Date(wallMs);
  const day = String(date.getDate()).padStart(2);
  return `${days[date.getDay()]} ${months[date.getMonth()]} ${day} ${timeOf(date)} ${date.getFullYear()}`;
}

function timeOf(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
