import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chargenLines, LINE_BYTES } from '../../lib/builtins/chargen-lines.ts';
import { daytimeText } from '../../lib/builtins/daytime-text.ts';
import { timeBytes } from '../../lib/builtins/time-bytes.ts';

describe('chargen', () => {
  const line = (k: number) =>
    Buffer.from(chargenLines)
      .toString('latin1')
      .slice(k * LINE_BYTES, (k + 1) * LINE_BYTES);

  it('case 184 (builtin): begins with the blank, and each line is shifted by one', () => {
    const first = String.fromCharCode(...Array.from({ length: 72 }, (_, index) => 0x20 + index));
    expect(first).toMatch(/^ !"#.*efg$/);
    expect(line(0)).toBe(`${first}\r\n`);
    expect(line(94).slice(0, 3)).toBe('~ !');
    expect(chargenLines.length).toBe(95 * 74);
  });

  it('line k is 72 characters of the ring from the k-th on', () => {
    const ring = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index)).join('');
    fc.assert(
      fc.property(fc.nat(94), (k) => {
        expect(line(k)).toBe(`${(ring + ring).slice(k, k + 72)}\r\n`);
      }),
    );
  });
});

describe('daytime', () => {
  it.each([
    {
      at: Date.UTC(2026, 10, 22, 22, 34, 14),
      text: 'Sun Nov 22 22:34:14 2026\r\n',
      because: 'as in RFC 867',
    },
    {
      at: Date.UTC(2026, 10, 3, 2, 4, 5),
      text: 'Tue Nov  3 02:04:05 2026\r\n',
      because: 'the day has a blank',
    },
    {
      at: Date.UTC(1999, 11, 31, 23, 59, 59, 999),
      text: 'Fri Dec 31 23:59:59 1999\r\n',
      because: 'cut, not rounded',
    },
  ])('is $text: $because', ({ at, text }) => {
    const offsetMs = new Date(at).getTimezoneOffset() * 60_000;
    expect(daytimeText(at + offsetMs)).toBe(text);
  });

  it('is what date(1) says in the C locale', () => {
    const at = Date.UTC(2026, 6, 1, 12, 0, 0);
    const env = { ...process.env, LC_ALL: 'C' };
    const text = execFileSync('date', ['-d', `@${at / 1000}`, '+%a %b %e %T %Y'], {
      encoding: 'latin1',
      env,
    });
    expect(daytimeText(at)).toBe(text.replace('\n', '\r\n'));
  });
});

describe('time', () => {
  it.each([
    { at: 0, bytes: [0x83, 0xaa, 0x7e, 0x80], because: '1970 is 2208988800' },
    { at: 999, bytes: [0x83, 0xaa, 0x7e, 0x80], because: 'cut, not rounded' },
    { at: Date.UTC(2036, 1, 7, 6, 28, 15), bytes: [255, 255, 255, 255], because: 'the last second' },
    { at: Date.UTC(2036, 1, 7, 6, 28, 16), bytes: [0, 0, 0, 0], because: 'it wraps' },
    { at: Date.UTC(1900, 0, 1), bytes: [0, 0, 0, 0], because: 'it counts from 1900' },
  ])('is $bytes at $at: $because', ({ at, bytes }) => {
    expect([...timeBytes(at)]).toEqual(bytes);
  });
});
