import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exitStatus } from '../../../lib/config/systemd/values/exit-status.ts';
import { resourceLimit } from '../../../lib/config/systemd/values/resource-limit.ts';
import { signal } from '../../../lib/config/systemd/values/signal.ts';
import {
  absolutePath,
  boolean,
  int,
  integer,
  octalMode,
  oneOf,
  unsigned,
} from '../../../lib/config/systemd/values/simple.ts';
import { size, sizeOrShare } from '../../../lib/config/systemd/values/size.ts';
import { nanoseconds, timeout, timeSpan } from '../../../lib/config/systemd/values/time-span.ts';
import type { ValueReader } from '../../../lib/config/systemd/values/value.ts';
import type { ResourceName } from '../../../lib/model/service.ts';

const span = timeSpan();
const none = Number.POSITIVE_INFINITY;

/** Each text with what it stands for; undefined: it is refused. */
function table<Value>(
  name: string,
  read: ValueReader<Value>,
  rows: readonly (readonly [string, Value | undefined])[],
) {
  it.each(rows)(`${name} '%s'`, (text, value) => {
    const found = read(text);
    expect('value' in found ? found.value : undefined).toEqual(value);
  });
}

describe('Values', () => {
  table('C-014 (reading): boolean', boolean, [
    ['YES', true],
    ['t', true],
    ['oN', true],
    ['1', true],
    ['Y', true],
    ['true', true],
    ['0', false],
    ['no', false],
    ['N', false],
    ['false', false],
    ['F', false],
    ['off', false],
    ['maybe', undefined],
    ['', undefined],
    ['yes ', undefined],
    ['2', undefined],
  ]);
  table('C-017 (reading): number', unsigned, [
    ['0x10', 16],
    ['0X1f', 31],
    ['0b101', 5],
    ['0o17', 15],
    ['017', 15],
    ['0', 0],
    ['+5', 5],
    ['4294967295', 2 ** 32 - 1],
    ['4294967296', undefined],
    ['-1', undefined],
    ['-0', 0],
    ['09', undefined],
    ['0x', undefined],
    ['', undefined],
    ['1 ', undefined],
    ['1.5', undefined],
    ['0b2', undefined],
    ['12ab', undefined],
  ]);
  table('signed number', int, [
    ['-2147483648', -(2 ** 31)],
    ['-2147483649', undefined],
    ['-0x10', -16],
  ]);
  table('C-032 (reading): nice value', integer(-20, 19), [
    ['-20', -20],
    ['19', 19],
    ['99', undefined],
  ]);
  table('C-016 (reading): mode', octalMode, [
    ['660', 0o660],
    ['0660', 0o660],
    ['7777', 0o7777],
    ['0', 0],
    ['0999', undefined],
    ['rw', undefined],
    ['10000', undefined],
    ['', undefined],
    ['-1', undefined],
  ]);
  table('C-015 (reading): time span', span, [
    ['1min 20s', 80_000],
    ['5x', undefined],
    ['2min 200ms', 120_200],
    ['55s500ms', 55_500],
    ['1.5h', 5_400_000],
    ['3days 2', 259_202_000],
    ['1min20', 80_000],
    ['90', 90_000],
    ['0', 0],
    ['infinity', none],
    ['.5s', 500],
    ['1 m', 60_000],
    ['1M', 2_629_800_000],
    ['1y', 31_557_600_000],
    ['2 weeks', 1_209_600_000],
    ['1us', 0.001],
    ['5µs', 0.005],
    ['5 hr', 18_000_000],
    ['  7  ', 7000],
    ['3 months', 7_889_400_000],
    ['', undefined],
    ['s', undefined],
    ['-5', undefined],
    ['5 x', undefined],
    ['12.34.56', undefined],
    ['infinity 3', undefined],
    ['99999999999999999999y', undefined],
    ['1S', undefined],
    ['1ns', 0.000001],
  ]);
  table('time-out', timeout, [
    ['0', none],
    ['0ms', none],
    ['3', 3000],
    ['infinity', none],
    ['x', undefined],
  ]);
  table('span of nanoseconds', nanoseconds, [
    ['50', 50],
    ['50us', 50_000],
    ['1ms', 1_000_000],
  ]);
  table('span in microseconds', timeSpan({ bare: 'us' }), [['1500', 1.5]]);
  table('C-017 (reading): size', size, [
    ['1M5', 1_048_581],
    ['16', 16],
    ['1K', 1024],
    ['1.5G', 1_610_612_736],
    ['1G 2M', 2 ** 30 + 2 ** 21],
    ['2E', 2 ** 61],
    ['5B', 5],
    ['1K 5 B', 1029],
    ['1K1M', undefined],
    ['1K1K', undefined],
    ['16E', undefined],
    ['-1', undefined],
    ['', undefined],
    ['K', undefined],
    ['1k', undefined],
    ['1 2', undefined],
    ['x', undefined],
  ]);
  table('size or share', sizeOrShare, [
    ['50%', { share: 0.5 }],
    ['101%', undefined],
    ['1K', { bytes: 1024 }],
    ['infinity', { bytes: none }],
  ]);
  table('signal', signal, [
    ['SIGTERM', 15],
    ['TERM', 15],
    ['15', 15],
    ['RTMIN+3', 37],
    ['SIGRTMAX-2', 62],
    ['RTMIN', 34],
    ['RTMAX', 64],
    ['RTMIN+31', undefined],
    ['RTMIN-1', undefined],
    ['0', undefined],
    ['65', undefined],
    ['term', undefined],
    ['', undefined],
    ['toString', undefined],
  ]);
  table('exit status', exitStatus, [
    ['0', { code: 0 }],
    ['255', { code: 255 }],
    ['TEMPFAIL', { code: 75 }],
    ['EXEC', { code: 203 }],
    ['BPF', { code: 245 }],
    ['CHOWN', { code: 235 }],
    ['USAGE', { code: 64 }],
    ['CONFIG', { code: 78 }],
    ['SIGKILL', { signal: 9 }],
    ['HUP', { signal: 1 }],
    ['256', undefined],
    ['EX_TEMPFAIL', undefined],
    ['toString', undefined],
    ['', undefined],
  ]);
  table('path', absolutePath, [
    ['/run//a/./b/', '/run/a/b'],
    ['/', '/'],
    ['/..', '/..'],
    ['run', undefined],
    ['', undefined],
    [`/${'x'.repeat(4096)}`, undefined],
  ]);
  table('word', oneOf(['simple', 'exec', 'oneshot']), [
    ['exec', 'exec'],
    ['Exec', undefined],
    ['bogus', undefined],
  ]);

  const limits: readonly (readonly [ResourceName, string, readonly [number, number] | undefined])[] = [
    ['nofile', '1024', [1024, 1024]],
    ['nofile', '1024:4096', [1024, 4096]],
    ['nofile', '5:3', undefined],
    ['nofile', '3:infinity', [3, none]],
    ['nofile', 'infinity', [none, none]],
    ['nofile', '1K', undefined],
    ['as', '4G:16G', [2 ** 32, 2 ** 34]],
    ['cpu', '1500ms', [2, 2]],
    ['cpu', '1min', [60, 60]],
    ['rttime', '200ms', [200_000, 200_000]],
    ['rttime', '7', [7, 7]],
    ['nice', '+5', [15, 15]],
    ['nice', '-5', [25, 25]],
    ['nice', '12', [12, 12]],
    ['nice', '41', undefined],
    ['nice', '+20', undefined],
    ['core', '', undefined],
    ['core', '1:', undefined],
  ];
  it.each(limits)('C-032 (reading): limit %s %s', (resource, text, expected) => {
    const found = resourceLimit(resource)(text);
    expect('value' in found ? [found.value.soft, found.value.hard] : undefined).toEqual(expected);
  });

  it('says which word was probably meant', () => {
    expect(oneOf(['simple', 'forking'])('forkin')).toEqual({
      problem: "'forkin' is not known here: did you mean 'forking'?",
    });
  });

  it('are read from any text without throwing', () => {
    const readers = [
      boolean,
      int,
      octalMode,
      span,
      timeout,
      nanoseconds,
      size,
      sizeOrShare,
      signal,
      exitStatus,
      absolutePath,
      resourceLimit('cpu'),
      resourceLimit('nice'),
    ] as const;
    const pieces = [
      '1',
      '0x',
      '.',
      ' ',
      's',
      'min',
      'K',
      'M',
      ':',
      '+',
      '-',
      '%',
      'infinity',
      'SIG',
      'RTMIN',
      '/',
      '..',
      'é',
      '\0',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })), { maxLength: 8 }),
        (parts) => {
          const text = parts.join('');
          for (const read of readers) {
            const found = read(text);
            if ('value' in found && typeof found.value === 'number') expect(found.value).not.toBeNaN();
          }
        },
      ),
    );
  });
});
