/** The name of the local time zone, as strftime(3) writes it for %Z. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The names of a zone's two times; `standardMinutes` is that of standard time, in minutes east of UTC. */
export interface Zone {
  readonly standard: string;
  readonly standardMinutes: number;
  readonly summer: string | null;
}

const FOLDER = '/usr/share/zoneinfo';

/**
 * The rule that holds from now on: TZ itself, or the last line of the file that it names (tzfile(5)). Null when there is
 * none to be found.
 */
export function localZone(environment: NodeJS.ProcessEnv): Zone | null {
  const name = (environment.TZ ?? '').replace(/^:/, '');
  return parseZone(lastLine(name === '' ? '/etc/localtime' : resolve(FOLDER, name))) ?? parseZone(name);
}

/** `CET-1CEST,M3.5.0,M10.5.0/3`, `<-03>3`: names and the offset of POSIX (tzset(3)), which is west of UTC. */
export function parseZone(rule: string): Zone | null {
  const [, quoted, standard = quoted, sign, hours, minutes, quotedSummer, summer = quotedSummer] =
    /^(?:<([\w+-]{3,})>|([A-Za-z]{3,}))([+-]?)(\d{1,2})(?::(\d\d))?(?::\d\d)?(?:<([\w+-]{3,})>|([A-Za-z]{3,}))?/.exec(
      rule,
    ) ?? [];
  if (standard === undefined) return null;
  const west = (Number(hours) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1);
  return { standard, standardMinutes: west === 0 ? 0 : -west, summer: summer ?? null };
}

/** The name at a time; without a known zone the offset is the name, as in the zone files: `+01`, `-0330`. */
export function zoneName(date: Date, zone: Zone | null): string {
  const east = -date.getTimezoneOffset();
  if (zone !== null && east === zone.standardMinutes) return zone.standard;
  if (zone?.summer != null) return zone.summer;
  if (east === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(east) / 60), Math.abs(east) % 60];
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${east < 0 ? '-' : '+'}${digits(hours)}${minutes === 0 ? '' : digits(minutes)}`;
}

function lastLine(path: string): string {
  try {
    return readFileSync(path, 'latin1').trimEnd().split('\n').at(-1) ?? '';
  } catch {
    return '';
  }
}
