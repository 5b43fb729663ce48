import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLogs } from '../../lib/log/logs.ts';
import type { LogSettings } from '../../lib/log/open.ts';
import { ManualClock } from './manual-clock.ts';
import { samples } from './samples.ts';
import { makeLogged } from './service/make.ts';

const timeMs = new Date(2026, 10, 2, 9, 5, 7).getTime();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string): string => join(folder, name);
const read = (name: string): readonly string[] => readFileSync(file(name), 'utf8').split('\n').slice(0, -1);

/** All logs, the main one in a file in the form of `xinetd -filelog`. */
function makeLogs(settings: Partial<LogSettings> = {}) {
  const output = Object.assign(new PassThrough(), { fd: 2 });
  const clock = new ManualClock();
  return openLogs(
    {
      target: { kind: 'file', path: file('main'), form: 'xinetd' },
      wording: 'xinetd',
      format: 'human',
      ident: 'xinetd',
      level: 'info',
      routine: false,
      colour: true,
      ...settings,
    },
    {
      stdout: output,
      stderr: output,
      unixSend: () => 0,
      clock: { wall: () => timeMs, after: (delayMs, action) => clock.after(delayMs, action) },
      pid: 7,
      host: 'box',
      journalStream: undefined,
    },
  );
}

describe('all logs together', () => {
  it('tell callers in the log of the service, and what the daemon does in its own', async () => {
    const logs = makeLogs();
    expect(logs.configure([makeLogged('ftp', file('ftp'))])).toEqual([]);
    logs.emit({ ...samples.started, service: 'ftp' });
    logs.emit({ ...samples.refused, service: 'ftp', reason: 'address', hidden: true });
    logs.emit(samples.reloading);
    logs.flush();
    expect(read('ftp')).toEqual([
      '26/11/2@09:05:07: START: ftp pid=99 from=192.0.2.7',
      '26/11/2@09:05:07: FAIL: ftp address from=192.0.2.7',
    ]);
    expect(read('main')).toEqual(['26/11/2@09:05:07 xinetd[7]: NOTICE: Starting reconfiguration']);
    await logs.close();
  });

  it('are all opened anew', async () => {
    const logs = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp'))]);
    for (const name of ['main', 'ftp']) renameSync(file(name), file(`${name}.1`));
    logs.emit(samples.reloading);
    logs.reopen();
    logs.emit(samples.stopping);
    logs.emit({ ...samples.started, service: 'ftp' });
    logs.flush();
    expect([read('main.1').length, read('main'), read('ftp.1').length, read('ftp').length]).toEqual([
      1,
      ['26/11/2@09:05:07 xinetd[7]: WARNING: Exiting...'],
      0,
      1,
    ]);
    await logs.close();
  });

  it('tell in the old file that the new one cannot be opened', async () => {
    const logs = makeLogs();
    const away = `${folder}.away`;
    renameSync(folder, away);
    try {
      logs.reopen();
      logs.flush();
    } finally {
      renameSync(away, folder);
    }
    expect(read('main')).toEqual([
      `26/11/2@09:05:07 xinetd[7]: ERROR: cannot open ${file('main')} again, the log goes on in the old file: No such file or directory`,
    ]);
    await logs.close();
  });

  it('write what is left when they are closed, the end of a log in the main one too', async () => {
    const logs = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp'), { soft: 1, hard: 1 })]);
    logs.emit({ ...samples.started, service: 'ftp' });
    await logs.close();
    expect(read('ftp')).toHaveLength(1);
    expect(read('main')).toEqual([
      '26/11/2@09:05:07 xinetd[7]: NOTICE: Size of ftp log exceeded soft limit',
      '26/11/2@09:05:07 xinetd[7]: ERROR: Size of ftp log exceeded hard limit',
    ]);
  });

  it('count what any of them lost', async () => {
    const logs = makeLogs({ target: { kind: 'file', path: '/dev/full' } });
    logs.configure([makeLogged('ftp', '/dev/full')]);
    logs.emit({ ...samples.started, service: 'ftp' });
    logs.emit(samples.stopping);
    logs.flush();
    expect(logs.dropped).toBe(2);
    await logs.close();
  });
});

describe('the daemon’s log in a file', () => {
  it.each([
    { format: 'human', line: /^2026-11-02 09:05:07\.000 notice {2}reload begins$/ },
    { format: 'json', line: /^\{"time":"2026-.*","level":"notice","event":"reloading"\}$/ },
  ] as const)('has the form that was asked for: $format', async ({ format, line }) => {
    const logs = makeLogs({ target: { kind: 'file', path: file('main') }, wording: 'inetd', format });
    logs.emit(samples.reloading);
    logs.flush();
    expect(read('main')).toEqual([expect.stringMatching(line)]);
    await logs.close();
  });

  it('that cannot be opened is an error with a code', () => {
    const target = { kind: 'file', path: file('missing/main') } as const;
    expect(() => makeLogs({ target })).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});
