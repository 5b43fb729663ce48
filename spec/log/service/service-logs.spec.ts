import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Event } from '../../../lib/log/events.ts';
import { ServiceLogs } from '../../../lib/log/service/service-logs.ts';
import type { ServiceLog } from '../../../lib/model/service-log.ts';
import { bind, close, openSocket } from '../../../lib/sys/socket.ts';
import { receive, unixSend } from '../../../lib/sys/transfer.ts';
import { makeService } from '../../make.ts';
import { ManualClock } from '../manual-clock.ts';
import { samples } from '../samples.ts';
import { makeLog, makeLogged } from './make.ts';

const timeMs = new Date(2026, 10, 2, 9, 5, 7).getTime();
const STAMP = '26/11/2@09:05:07: ';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Logs, and what was said about them on the main log. */
function makeLogs(send: typeof unixSend = () => 0) {
  const said: Event[] = [];
  const clock = new ManualClock();
  const logs = new ServiceLogs({
    ident: 'xinetd',
    pid: 7,
    lowest: 0,
    unixSend: send,
    after: (delayMs, action) => clock.after(delayMs, action),
    wall: () => timeMs,
    emit: (event) => said.push(event),
  });
  return { logs, said };
}

const file = (name: string): string => join(folder, name);
const read = (name: string): readonly string[] => readFileSync(file(name), 'utf8').split('\n').slice(0, -1);
const started = (service: string, pid = 99): Event => ({ ...samples.started, service, pid });
const exited = (service: string, pid = 99): Event => ({ ...samples.exited, service, pid });

/** How many descriptors of ours lead to files in the folder. */
function open(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}

describe('the log of a service', () => {
  it('is a file with the time in front', async () => {
    const { logs, said } = makeLogs();
    expect(logs.configure([makeLogged('ftp', file('ftp'))])).toEqual([]);
    logs.emit(started('ftp'));
    logs.emit(exited('ftp'));
    logs.flush();
    expect(read('ftp')).toEqual([
      `${STAMP}START: ftp pid=99 from=192.0.2.7`,
      `${STAMP}EXIT: ftp status=0 pid=99 duration=0(sec)`,
    ]);
    expect(said).toEqual([]);
    await logs.close();
    expect(open()).toBe(0);
  });

  it('is written when the turn ends', async () => {
    const { logs } = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp'))]);
    logs.emit(started('ftp'));
    expect(read('ftp')).toEqual([]);
    await turn();
    expect(read('ftp')).toHaveLength(1);
    await logs.close();
  });

  it('has nothing of services without one, of unknown ones, and of events of no service', async () => {
    const { logs } = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp')), makeService({ name: 'quiet' })]);
    for (const event of Object.values(samples)) logs.emit(event);
    logs.emit(started('quiet'));
    logs.flush();
    expect(read('ftp')).toEqual([]);
    await logs.close();
  });

  it('keeps the order of its lines among those of others', async () => {
    const { logs } = makeLogs();
    const names = ['a', 'b', 'c'];
    logs.configure(names.map((name) => makeLogged(name, file(name))));
    for (let pid = 0; pid < 900; pid += 1) logs.emit(started(names[pid % 3] ?? '', pid));
    logs.flush();
    for (const [at, name] of names.entries()) {
      expect(read(name)).toEqual(
        Array.from({ length: 300 }, (_, n) => `${STAMP}START: ${name} pid=${3 * n + at} from=192.0.2.7`),
      );
    }
    await logs.close();
  });

  it('that cannot be opened is a problem of its service alone', async () => {
    const { logs } = makeLogs();
    const problems = logs.configure([
      makeLogged('e', file('missing/e')),
      makeLogged('ftp', file('ftp')),
      makeLogged('f', file('missing/f'), { common: true }),
    ]);
    expect(problems).toEqual([
      { service: 'e', reason: `${file('missing/e')}: No such file or directory` },
      {
        service: 'f',
        reason: `${file('missing/f')}: No such file or directory`,
      },
    ]);
    logs.emit(started('ftp'));
    logs.flush();
    expect(read('ftp')).toHaveLength(1);
    await logs.close();
  });

  it('on a full disk loses lines, and does not throw', async () => {
    const { logs } = makeLogs();
    logs.configure([makeLogged('ftp', '/dev/full')]);
    logs.emit(started('ftp'));
    logs.flush();
    expect(logs.dropped).toBe(1);
    await logs.close();
  });
});

describe('the limits of a log', () => {
  it('are of each file that is opened: one for all services of the defaults, one for each other', async () => {
    const { logs } = makeLogs();
    logs.configure([
      makeLogged('a', file('common'), { common: true }),
      makeLogged('b', file('common'), { common: true }),
      makeLogged('c', file('own')),
      makeLogged('d', file('own')),
    ]);
    expect(open()).toBe(3);
    for (const name of ['a', 'b', 'c', 'd']) logs.emit(started(name));
    logs.flush();
    expect([read('common').length, read('own').length]).toEqual([2, 2]);
    await logs.close();
  });

  it.each([
    { common: false, name: 'ftp' },
    { common: true, name: 'common' },
  ])('are told on the main log: $name', async ({ common, name }) => {
    const { logs, said } = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp'), { soft: 200, hard: 400, common })]);
    for (let n = 0; n < 30; n += 1) {
      logs.emit(started('ftp', 100 + n));
      logs.flush();
    }
    // 54 bytes a line: the eighth passes 400.
    expect(read('ftp')).toHaveLength(8);
    expect(said).toEqual([
      { event: 'message', level: 'notice', message: `Size of ${name} log exceeded soft limit` },
      { event: 'message', level: 'err', message: `Size of ${name} log exceeded hard limit` },
    ]);
    expect(logs.dropped).toBe(22);
    logs.reopen();
    logs.emit(started('ftp'));
    logs.flush();
    expect([read('ftp').length, said.length]).toEqual([8, 2]);
    await logs.close();
  });
});

describe('a reload', () => {
  it('opens files anew, and what was told before it is in the old one', async () => {
    const { logs } = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp'))]);
    logs.emit(started('ftp', 1));
    renameSync(file('ftp'), file('ftp.1'));
    logs.reopen();
    logs.emit(started('ftp', 2));
    logs.flush();
    expect([read('ftp.1'), read('ftp')]).toEqual([
      [`${STAMP}START: ftp pid=1 from=192.0.2.7`],
      [`${STAMP}START: ftp pid=2 from=192.0.2.7`],
    ]);
    await logs.close();
  });

  it('says which file it could not open anew, and goes on in the old one', async () => {
    const { logs, said } = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp'))]);
    rmSync(folder, { recursive: true });
    logs.reopen();
    expect(said).toEqual([
      {
        event: 'message',
        level: 'err',
        message: `cannot open ${file('ftp')} again, the log goes on in the old file: No such file or directory`,
      },
    ]);
    await logs.close();
    folder = mkdtempSync(join(tmpdir(), 'superd-log-'));
  });

  it('takes other words and another file, and closes the old one', async () => {
    const { logs } = makeLogs();
    logs.configure([makeLogged('ftp', file('old'))]);
    logs.emit(started('ftp'));
    logs.configure([makeLogged('ftp', file('new'), { success: ['DURATION'] })]);
    logs.emit(exited('ftp'));
    logs.flush();
    expect([read('old').length, read('new')]).toEqual([1, [`${STAMP}EXIT: ftp duration=0(sec)`]]);
    expect(open()).toBe(1);
    await logs.close();
  });

  it('that cannot open a file leaves the log as it was', async () => {
    const { logs } = makeLogs();
    logs.configure([makeLogged('ftp', file('old'))]);
    expect(logs.configure([makeLogged('ftp', file('missing/new'))])).toHaveLength(1);
    logs.emit(started('ftp'));
    logs.flush();
    expect(read('old')).toHaveLength(1);
    await logs.close();
  });

  it('that finds an entry broken leaves its log as it was', async () => {
    const { logs } = makeLogs();
    const origin = { file: 'xinetd.conf', line: 1, word: 'ftp' };
    logs.configure([{ ...makeLogged('ftp', file('ftp')), origin }, makeLogged('tftp', file('tftp'))]);
    const moved = { ...origin, line: 9 };
    logs.configure([], [moved]);
    for (const name of ['ftp', 'tftp']) logs.emit(started(name));
    logs.flush();
    expect([read('ftp').length, read('tftp').length, open()]).toEqual([1, 0, 1]);
    await logs.close();
  });

  it('that takes a service away keeps its log until the last of its servers has ended', async () => {
    const { logs } = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp'))]);
    for (const pid of [1, 2]) logs.emit(started('ftp', pid));
    logs.configure([]);
    logs.emit({ ...samples.exited, service: 'ftp', pid: 1, status: null, signal: 9 });
    expect(open()).toBe(1);
    logs.emit(exited('ftp', 2));
    logs.flush();
    expect(open()).toBe(0);
    expect(read('ftp').slice(2)).toEqual([
      `${STAMP}EXIT: ftp signal=9 pid=1 duration=0(sec)`,
      `${STAMP}EXIT: ftp status=0 pid=2 duration=0(sec)`,
    ]);
    logs.emit(exited('ftp', 3));
    logs.flush();
    expect(read('ftp')).toHaveLength(4);
    await logs.close();
  });

  it('that only takes the log away ends it at once', async () => {
    const { logs } = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp'))]);
    logs.emit(started('ftp', 1));
    logs.configure([makeService({ name: 'ftp' })]);
    logs.emit(started('ftp', 2));
    logs.flush();
    expect(read('ftp')).toHaveLength(1);
    expect(open()).toBe(0);
    await logs.close();
  });

  it('that brings it back knows of the servers that still run', async () => {
    const { logs } = makeLogs();
    logs.configure([makeLogged('ftp', file('ftp'))]);
    logs.emit(started('ftp'));
    logs.configure([]);
    logs.configure([makeLogged('ftp', file('ftp'))]);
    logs.configure([]);
    logs.emit(exited('ftp'));
    logs.flush();
    expect(read('ftp')).toHaveLength(2);
    expect(open()).toBe(0);
    await logs.close();
  });
});

describe('the log of a service at the syslog daemon', () => {
  // biome-ignore format: a table
  const rows: readonly { readonly target: ServiceLog['target']; readonly priority: number }[] = [
    { target: { kind: 'syslog', facility: 'local3', level: 'notice' }, priority: 157 },
    { target: { kind: 'syslog', facility: 'authpriv', level: 'info' }, priority: 86 },
    { target: { kind: 'syslog', facility: 'daemon', level: 'emerg' }, priority: 24 },
    { target: { kind: 'syslog', facility: 'user', level: 'debug' }, priority: 15 },
    { target: { kind: 'syslog', facility: 'local7', level: 'alert' }, priority: 185 },
  ];

  it.each(rows)('has the priority $priority for $target', async ({ target, priority }) => {
    const path = file('socket');
    const daemon = openSocket('unix', 'dgram', 0);
    bind(daemon, { kind: 'unix', path });
    try {
      const { logs } = makeLogs((asked, bytes) => (asked === '/dev/log' ? unixSend(path, bytes) : -2));
      logs.configure([makeService({ name: 'ftp', log: makeLog({ target }) })]);
      logs.emit(started('ftp'));
      logs.flush();
      const buffer = Buffer.alloc(2048);
      const length = receive(daemon, buffer);
      expect(buffer.toString('utf8', 0, Number(length))).toBe(
        `<${priority}>Nov  2 09:05:07 xinetd[7]: START: ftp pid=99 from=192.0.2.7`,
      );
      await logs.close();
    } finally {
      close(daemon);
    }
  });

  it('outlives a reload, and loses nothing while the daemon is away', async () => {
    const sent: string[] = [];
    let away = true;
    const { logs } = makeLogs((_, bytes) => {
      if (away) return -2;
      sent.push(Buffer.from(bytes).toString());
      return 0;
    });
    const services = [makeService({ name: 'ftp', log: makeLog() })];
    logs.configure(services);
    logs.emit(started('ftp'));
    logs.configure([]);
    logs.emit(exited('ftp'));
    logs.configure(services);
    away = false;
    await logs.close();
    expect(sent.map((line) => line.replace(/^.*?\]: (\w+).*$/, '$1'))).toEqual(['START', 'EXIT']);
    expect(existsSync(file('socket'))).toBe(false);
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
