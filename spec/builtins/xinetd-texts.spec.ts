import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LINE_BYTES, xinetdLines } from '../../lib/builtins/chargen-lines.ts';
import { xinetdDaytime } from '../../lib/builtins/daytime-text.ts';
import { localZone, parseZone, zoneName } from '../../lib/builtins/zone-name.ts';

describe("xinetd's chargen", () => {
  const line = (k: number) =>
    Buffer.from(xinetdLines)
      .toString('latin1')
      .slice(k * LINE_BYTES, (k + 1) * LINE_BYTES);

  it('begins with the exclamation mark, and its ring ends with the closing brace', () => {
    expect(line(0)).toMatch(/^!"#\$%&.*fgh\r\n$/);
    expect(line(92).slice(0, 3)).toBe('}!"');
    expect(xinetdLines.length).toBe(95 * 74);
  });

  it('has 95 lines, the last two of which are the first two', () => {
    expect([line(93), line(94)]).toEqual([line(0), line(1)]);
  });

  it('line k is 72 characters of the ring from the k-th on', () => {
    const ring = Array.from({ length: 93 }, (_, index) => String.fromCharCode(0x21 + index)).join('');
    fc.assert(
      fc.property(fc.nat(92), (k) => {
        expect(line(k)).toBe(`${(ring + ring).slice(k, k + 72)}\r\n`);
      }),
    );
  });
});

describe("xinetd's daytime", () => {
  const localTime = (utc: number) => utc + new Date(utc).getTimezoneOffset() * 60_000;

  it.each([
    { at: Date.UTC(2026, 10, 22, 22, 36, 51), text: '22 NOV 2026 22:36:51 ZONE\r\n' },
    { at: Date.UTC(2026, 4, 3, 2, 4, 5, 999), text: '03 MAY 2026 02:04:05 ZONE\r\n' },
  ])('is $text', ({ at, text }) => {
    expect(xinetdDaytime(() => 'ZONE')(localTime(at))).toBe(text);
  });
});

describe('the name of the time zone', () => {
  it.each([
    { rule: 'UTC0', zone: { standard: 'UTC', standardMinutes: 0, summer: null } },
    {
      rule: 'CET-1CEST,M3.5.0,M10.5.0/3',
      zone: { standard: 'CET', standardMinutes: 60, summer: 'CEST' },
    },
    { rule: 'EST5EDT,M3.2.0,M11.1.0', zone: { standard: 'EST', standardMinutes: -300, summer: 'EDT' } },
    { rule: 'NST3:30NDT,M3.2.0', zone: { standard: 'NST', standardMinutes: -210, summer: 'NDT' } },
    { rule: '<+0545>-5:45', zone: { standard: '+0545', standardMinutes: 345, summer: null } },
    { rule: '<-02>2<-01>,M3.5.0/-1', zone: { standard: '-02', standardMinutes: -120, summer: '-01' } },
    { rule: 'IST-1GMT0,M10.5.0,M3.5.0/1', zone: { standard: 'IST', standardMinutes: 60, summer: 'GMT' } },
    { rule: 'Europe/Berlin', zone: null },
    { rule: '', zone: null },
  ])('the rule $rule is understood', ({ rule, zone }) => {
    expect(parseZone(rule)).toEqual(zone);
  });

  it.each([
    { rule: 'CET-1CEST', minutes: -60, name: 'CET' },
    { rule: 'CET-1CEST', minutes: -120, name: 'CEST' },
    { rule: '', minutes: 0, name: 'UTC' },
    { rule: '', minutes: -60, name: '+01' },
    { rule: '', minutes: 210, name: '-0330' },
  ])('$minutes minutes under $rule is $name', ({ rule, minutes, name }) => {
    expect(zoneName(dateAt(minutes), parseZone(rule))).toBe(name);
  });

  it.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'CET-1CEST,M3.5.0,M10.5.0'])(
    'is what date(1) says in %s, winter and summer',
    (zone) => {
      const env = { ...process.env, TZ: zone };
      for (const day of ['2026-01-15', '2026-07-15']) {
        const said = execFileSync('date', ['-d', day, '+%Z %z'], { env, encoding: 'latin1' }).trim();
        const [name = '', offset = ''] = said.split(' ');
        const [, sign = '', hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(offset) ?? [];
        const west = (sign === '+' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
        expect(zoneName(dateAt(west), localZone(env))).toBe(name);
      }
    },
  );
});

/** A date in a zone so many minutes west of UTC. */
function dateAt(minutes: number): Date {
  return Object.assign(new Date(0), { getTimezoneOffset: () => minutes });
}
