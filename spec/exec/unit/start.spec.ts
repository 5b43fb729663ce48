/** Commands of units, run for real. */

import { describe, expect, it } from '@jest/globals';
import { runIsolatedJson } from '../../run-isolated.ts';
import { asRoot } from '../../sys/as-root.ts';

function scenario<T>(name: string): Promise<T> {
  return runIsolatedJson<T>('exec/units.ts', { args: [name] });
}

describe('A command of a unit', () => {
  it('writes its lines to the log, each as loud as it says', async () => {
    expect(await scenario('log')).toEqual({
      status: 0,
      signal: null,
      lines: [
        { level: 'info', line: 'plain' },
        { level: 'err', line: 'bad' },
        { level: 'info', line: 'unfinished' },
      ],
    });
  });

  it('is as loud as its unit where lines may not say it', async () => {
    expect(await scenario('loudness')).toMatchObject({ lines: [{ level: 'warning', line: '<3>kept' }] });
  });

  it('waits while it writes more than is taken, and loses nothing', async () => {
    expect(await scenario('flood')).toEqual({ status: 0, bytes: 800_000, longest: 48 << 10 });
  });

  it('C-136: writes over a longer file from its start, appends to it, or empties it', async () => {
    expect(await scenario('files')).toEqual({
      write: 'new\n was there before\n',
      append: 'what was there before\nnew\n',
      truncate: 'new\n',
      mode: '640',
    });
  });

  it('reads what its unit gives it', async () => {
    expect(await scenario('data')).toEqual(['one', 'two']);
  });

  it('C-071, C-072, C-073: gets its listeners and what it stored, by name, to wait for them or not', async () => {
    const [blocking, nonBlocking] = ['flags:\t02', 'flags:\t04002'];
    expect(await scenario('descriptors')).toEqual({
      // A stored descriptor is as it was.
      own: ['4 web:web:admin:kept', 'mine', blocking, blocking, blocking, nonBlocking],
      nonBlocking: ['3 web:web:admin', 'mine', nonBlocking, nonBlocking, nonBlocking],
      others: [],
    });
  });

  it('has the one socket as its standard streams, and not once more', async () => {
    expect(await scenario('socket')).toEqual({
      lines: ['socket:', '<>', 'no 3'],
      blocking: true,
      two: { exit: null, reason: 'a standard stream is to be the socket, and there are 2' },
    });
  });

  it('C-144: leads its session, ignores SIGPIPE alone, blocks nothing, and is at the root', async () => {
    expect(await scenario('state')).toEqual([
      '0 0 0',
      'SigBlk:\t0000000000000000',
      'SigIgn:\t0000000000001000',
      '0022',
      '/',
      '/dev/null',
    ]);
    expect(await scenario('sigpipe')).toEqual(['SigIgn:\t0000000000000000']);
  });

  asRoot('has the limits of its unit, as far as they can be had', async () => {
    expect(await scenario('limits')).toEqual({
      usual: ['1024', '4096'],
      own: ['100', '200'],
      tooMany: 1,
      full: ['1024'],
    });
  });

  asRoot('is the user of its unit, with these groups and no others', async () => {
    expect(await scenario('ids')).toEqual({
      unit: ['65534', '1', '1 2', 'nobody nobody /nonexistent'],
      full: ['0'],
      keepUser: ['0'],
      number: ['54321', '54321'],
    });
  });

  asRoot('C-137: that fails at a step says at which', async () => {
    expect(await scenario('failures')).toEqual({
      user: 217,
      group: 216,
      folder: 200,
      optional: 'status 0',
      program: 203,
      bare: 203,
      output: 209,
      root: 210,
      file: null,
      mayMiss: 'status 0',
      descriptor: null,
    });
  });

  asRoot('is scheduled as its unit says', async () => {
    expect(await scenario('scheduling')).toEqual([
      '321',
      '123456',
      '7 3',
      'NoNewPrivs:\t1',
      'Cpus_allowed_list:\t0',
    ]);
  });

  asRoot('has the environment of its unit, and nothing else of the daemon', async () => {
    const lines = await scenario<readonly string[]>('environment');
    expect(lines.map((line) => line.replace(/^(SYSTEMD_EXEC_PID|WATCHDOG_PID)=\d+$/, '$1=OWN'))).toEqual([
      'EXACT=no',
      'EXIT_CODE=killed',
      'EXIT_STATUS=KILL',
      'FDSTORE=3',
      'FOO=of the daemon',
      'FROM=file',
      'HOME=/nonexistent',
      'INVOCATION_ID=0123456789abcdef0123456789abcdef',
      'LANG=C.UTF-8',
      'LOGNAME=nobody',
      'MAINPID=77',
      'NOTIFY_SOCKET=/run/superd/notify',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'PWD=/',
      'QUOTED=two words',
      'SERVICE_RESULT=signal',
      'STATE_DIRECTORY=/var/lib/superd-spec/a:/var/lib/superd-spec/b',
      'SYSTEMD_EXEC_PID=OWN',
      'USER=nobody',
      'WATCHDOG_PID=OWN',
      'WATCHDOG_USEC=1500000',
    ]);
  });

  it('has variables filled into its words, and is looked for by its bare name', async () => {
    // An empty word is an empty line, which is not logged.
    expect(await scenario('words')).toEqual({
      lines: ['one two', 'one', 'two', 'x$A', '$'],
      warnings: ['x.service: Referenced but unset environment variable evaluates to an empty string: NONE'],
    });
  });

  asRoot('has directories of its own, which go unless they are preserved', async () => {
    expect(await scenario('directories')).toEqual({
      lines: ['nobody 750', '/run/NAME'],
      before: true,
      preserved: true,
      after: false,
    });
  });
});
