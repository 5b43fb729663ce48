import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isFdName, maySpeak, readNotification } from '../../../lib/units/service/notify.ts';

const SILENT = {
  said: { ready: false, reloading: false, stopping: false, monotonicUs: null },
  mainPid: null,
  status: null,
  watchdog: null,
  watchdogMs: null,
  extendMs: null,
  errno: null,
  restartReset: false,
  store: null,
  remove: null,
  barrier: false,
  use: null,
};
const said = (more: object) => ({ said: { ...SILENT.said, ...more } });

describe('A notification', () => {
  it.each([
    { text: 'READY=1', gives: said({ ready: true }) },
    { text: 'READY=1\nSTATUS=two words\n', gives: { ...said({ ready: true }), status: 'two words' } },
    { text: 'READY=yes\nread=1\nNEW=thing', gives: {} },
    { text: 'RELOADING=1\nMONOTONIC_USEC=12', gives: said({ reloading: true, monotonicUs: 12 }) },
    { text: 'RELOADING=1\nMONOTONIC_USEC=-1', gives: said({ reloading: true }) },
    { text: 'STOPPING=1', gives: said({ stopping: true }) },
    { text: 'STATUS=\u001b[31mred', gives: { status: '\\x1b[31mred' } },
    { text: 'STATUS=first\nSTATUS=second', gives: { status: 'first' } },
    { text: 'MAINPID=77', gives: { mainPid: 77 } },
    { text: 'MAINPID=1', gives: {} },
    { text: 'MAINPID=0x4d', gives: {} },
    { text: 'MAINPID=99999999999', gives: {} },
    { text: 'WATCHDOG=1', gives: { watchdog: 'feed' } },
    { text: 'WATCHDOG=trigger', gives: { watchdog: 'trigger' } },
    { text: 'WATCHDOG_USEC=1500000', gives: { watchdogMs: 1500 } },
    { text: 'EXTEND_TIMEOUT_USEC=3000000', gives: { extendMs: 3000 } },
    { text: 'ERRNO=2\nRESTART_RESET=1', gives: { errno: 2, restartReset: true } },
    { text: 'FDSTORE=1', gives: { store: { name: 'stored', watched: true } } },
    { text: 'FDSTORE=1\nFDNAME=mem\nFDPOLL=0', gives: { store: { name: 'mem', watched: false } } },
    { text: 'FDSTORE=1\nFDNAME=a:b', gives: { store: { name: 'stored', watched: true } } },
    { text: 'FDSTOREREMOVE=1\nFDNAME=mem', gives: { remove: 'mem' } },
    { text: 'FDSTOREREMOVE=1', gives: {} },
    { text: 'BARRIER=1', gives: { barrier: true } },
    { text: 'BARRIER=1\nREADY=1', gives: said({ ready: true }) },
    { text: 'X_IDLE=1', gives: { use: 'idle' } },
    { text: 'X_BUSY=1', gives: { use: 'busy' } },
    { text: 'READY=1\0', gives: said({ ready: true }) },
  ])('$text', ({ gives, text }) => {
    expect(readNotification(Buffer.from(text))).toEqual({ ...SILENT, ...gives });
  });

  it.each([
    { title: 'nothing', bytes: Buffer.alloc(0) },
    { title: 'a NUL inside', bytes: Buffer.from('READY=1\0\nSTOPPING=1') },
    { title: 'more than is ever read', bytes: Buffer.alloc(4097, 'A') },
  ])('is none with $title', ({ bytes }) => {
    expect(readNotification(bytes)).toBeNull();
  });

  it('of any bytes is read, or is none, and its status stays one safe line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        const prefixed = Buffer.concat([Buffer.from('STATUS='), bytes]);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the question
        expect(readNotification(prefixed)?.status ?? '').not.toMatch(/[\x00-\x1f\x7f]/);
      }),
    );
  });
});

describe('C-121: NotifyAccess=', () => {
  const known = { main: 7, control: 8 };
  it.each([
    { access: 'none', from: [] },
    { access: 'main', from: [7] },
    { access: 'exec', from: [7, 8] },
    { access: 'all', from: [7, 8, 9] },
  ] as const)('$access hears $from', ({ access, from }) => {
    expect([7, 8, 9].filter((pid) => maySpeak(access, pid, known))).toEqual(from);
  });
});

describe('The name of a descriptor', () => {
  it.each([
    { name: 'web', good: true },
    { name: 'a b', good: true },
    { name: 'x'.repeat(255), good: true },
    { name: 'x'.repeat(256), good: false },
    { name: '', good: false },
    { name: 'a:b', good: false },
    { name: 'a\tb', good: false },
    { name: 'ä', good: false },
  ])('$name: $good', ({ good, name }) => expect(isFdName(name)).toBe(good));
});
