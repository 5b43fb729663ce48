import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import type { Event, RefusalReason } from '../../../lib/log/events.ts';
import { linesOf, MAX_SERVICE_LINE } from '../../../lib/log/service/lines.ts';
import type { FailureWord, ServiceLog, SuccessWord } from '../../../lib/model/service-log.ts';
import { samples } from '../samples.ts';
import { makeLog } from './make.ts';

const { builtin, exited, identified, refused, relayed, started } = samples;
const handedOver = samples['handed-over'];
const killed = { ...exited, status: null, signal: 9 };
const long = { ...exited, durationMs: 61_999 };
const unnamed = { ...identified, user: null, problem: 'timeout' } as const;
const from6 = { ...started, peer: '[2001:db8::7]:4711' };

type Row<W> = readonly [event: Event, words: readonly W[], lines: readonly string[]];

// biome-ignore format: a table
const successes: readonly Row<SuccessWord>[] = [
  [started, ['HOST', 'DURATION', 'EXIT', 'PID', 'USERID', 'TRAFFIC'], ['START: ftp pid=99 from=192.0.2.7']],
  [started, ['PID', 'HOST'], ['START: ftp pid=99 from=192.0.2.7']],
  [started, ['PID'], ['START: ftp pid=99']],
  [started, ['HOST'], ['START: ftp from=192.0.2.7']],
  [started, ['DURATION'], ['START: ftp']],
  [started, ['EXIT'], ['START: ftp']],
  [started, ['USERID'], ['START: ftp']],
  [started, ['TRAFFIC'], ['START: ftp']],
  [started, [], []],
  [from6, ['HOST'], ['START: ftp from=2001:db8::7']],
  [{ ...started, peer: '/run/client' }, ['HOST'], ['START: ftp from=/run/client']],
  [{ ...started, peer: '' }, ['HOST'], ['START: ftp from=<no address>']],
  [handedOver, ['HOST', 'PID'], ['START: ftp pid=99 from=<no address>']],
  [{ ...handedOver, peer: '192.0.2.7:4711' }, ['HOST', 'PID'], ['START: ftp pid=99 from=192.0.2.7']],
  [handedOver, [], []],
  [builtin, ['HOST', 'PID'], ['START: ftp pid=0 from=2001:db8::7']],
  [builtin, ['EXIT'], ['START: ftp']],
  [exited, ['HOST', 'DURATION', 'EXIT', 'PID'], ['EXIT: ftp status=0 pid=99 duration=0(sec)']],
  [exited, ['EXIT'], ['EXIT: ftp status=0']],
  [exited, ['DURATION'], ['EXIT: ftp duration=0(sec)']],
  [long, ['DURATION'], ['EXIT: ftp duration=61(sec)']],
  [exited, ['EXIT', 'PID'], ['EXIT: ftp status=0 pid=99']],
  [exited, ['DURATION', 'PID'], ['EXIT: ftp pid=99 duration=0(sec)']],
  [{ ...exited, status: 3 }, ['EXIT', 'DURATION'], ['EXIT: ftp status=3 duration=0(sec)']],
  [killed, ['EXIT'], ['EXIT: ftp signal=9']],
  [killed, ['DURATION'], ['EXIT: ftp duration=0(sec)']],
  [exited, ['PID', 'HOST', 'USERID', 'TRAFFIC'], []],
  [identified, ['USERID'], ['USERID: ftp UNIX : alice']],
  [identified, ['HOST', 'PID'], []],
  [{ ...unnamed, required: true }, [], ['NOID: ftp 192.0.2.7 timeout']],
  [{ ...unnamed, required: true, problem: 'no server' }, ['USERID'], ['NOID: ftp 192.0.2.7 no server']],
  [{ ...unnamed, required: true, problem: 'system error' }, ['USERID'], ['NOID: ftp 192.0.2.7 system error']],
  [{ ...unnamed, required: true, problem: 'error while receiving response' }, ['USERID'], ['NOID: ftp 192.0.2.7 error while receiving response']],
  [{ ...unnamed, required: true, problem: 'bad response' }, ['USERID'], ['NOID: ftp 192.0.2.7 bad response']],
  [unnamed, ['USERID'], []],
  [relayed, ['TRAFFIC'], ['TRAFFIC: ftp in=100(bytes) out=2000(bytes)']],
  [relayed, ['TRAFFIC', 'EXIT', 'DURATION'], ['TRAFFIC: ftp in=100(bytes) out=2000(bytes)', 'EXIT: ftp status=0 duration=0(sec)']],
  [relayed, ['EXIT', 'PID'], ['EXIT: ftp status=0 pid=0']],
  [relayed, ['HOST'], []],
  [samples['builtin-ended'], ['EXIT', 'PID', 'DURATION'], ['EXIT: ftp status=0 pid=0 duration=0(sec)']],
  [samples['builtin-ended'], ['PID', 'HOST'], []],
  [refused, ['HOST', 'DURATION', 'EXIT', 'PID', 'USERID', 'TRAFFIC'], []],
  [samples.paused, ['HOST', 'DURATION', 'EXIT', 'PID', 'USERID', 'TRAFFIC'], []],
];

// biome-ignore format: a table
const failures: readonly Row<FailureWord>[] = [
  [refused, ['HOST', 'ATTEMPT', 'USERID'], ['FAIL: ftp libwrap from=192.0.2.7']],
  [refused, ['HOST'], ['FAIL: ftp libwrap from=192.0.2.7']],
  [refused, ['ATTEMPT'], ['FAIL: ftp libwrap']],
  [refused, ['USERID'], ['FAIL: ftp libwrap']],
  [refused, [], []],
  [{ ...refused, hidden: true }, ['ATTEMPT'], ['FAIL: ftp libwrap']],
  [identified, ['USERID'], ['USERID: ftp UNIX : alice']],
  [identified, ['HOST', 'ATTEMPT'], []],
  [started, ['HOST', 'ATTEMPT', 'USERID'], []],
];

// biome-ignore format: a table
const reasons: Readonly<Record<RefusalReason, string | null>> = {
  rate: 'connections per second', load: 'load', hours: 'time', children: 'service_limit',
  'per-address-children': 'per_source_limit', 'process-limit': 'process_limit', sensor: 'address', address: 'address',
  wrappers: 'libwrap', 'start-failed': 'fork', ident: null,
  'per-address-rate': 'per_source_rate', 'ip-max': 'per_source_rate', 'ftp-data': 'source_port', loop: 'source_port',
};

function lines(event: Event, log: Partial<ServiceLog>, mapped = false): readonly string[] {
  return linesOf(event, { log: makeLog(log), mapped });
}

describe('the lines of a service log', () => {
  it.each(successes)('of %j with log_on_success = %j: %j', (event, success, expected) => {
    expect(lines(event, { success, failure: [] })).toEqual(expected);
  });

  it.each(failures)('of %j with log_on_failure = %j: %j', (event, failure, expected) => {
    expect(lines(event, { success: [], failure })).toEqual(expected);
  });

  it.each(Object.entries(reasons))('call a refusal for %s %s', (reason, word) => {
    const event = { ...refused, reason: reason as RefusalReason };
    const expected = word === null ? [] : [`FAIL: ftp ${word}`];
    expect(lines(event, { failure: ['ATTEMPT'] })).toEqual(expected);
  });

  it.each([
    { event: started, line: 'START: ftp from=::ffff:192.0.2.7' },
    { event: from6, line: 'START: ftp from=2001:db8::7' },
    { event: handedOver, line: 'START: ftp from=<no address>' },
    { event: { ...unnamed, required: true }, line: 'NOID: ftp ::ffff:192.0.2.7 timeout' },
  ])('of a service for both families: $line', ({ event, line }) => {
    expect(lines(event, { success: ['HOST'] }, true)).toEqual([line]);
  });

  it('are one line each and no longer than allowed, whatever a caller’s host says', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 3000 }), (user) => {
        const [line = '', ...more] = lines({ ...identified, user }, {});
        expect(more).toEqual([]);
        expect(line).toMatch(/^USERID: ftp [^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_SERVICE_LINE);
      }),
    );
  });

  it('show what would forge a line', () => {
    expect(lines({ ...identified, user: 'UNIX : a\nFAIL: ftp load' }, {})).toEqual([
      'USERID: ftp UNIX : a\\nFAIL: ftp load',
    ]);
  });
});
