/** What etc/ holds: the demonstration, and what replaces the inetd of a system. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { calledAs } from '../lib/cli/inetd.ts';
import { inetdCommand } from '../lib/cli/serve-options.ts';
import { environment, folder, me, root, type Serving, start, superd, talk } from './cli/superd.ts';

const cwd = folder();

/** The demonstration at an address and a path of its own, so that it does not meet another one. */
const host = `127.${(process.pid >> 16) & 255}.${(process.pid >> 8) & 255}.${(process.pid & 127) + 64}`;
const socket = join(cwd, 'demo.sock');
const text = readFileSync(join(root, 'etc/inetd.conf'), 'utf8');

describe('the demonstration', () => {
  let daemon: Serving;
  beforeAll(async () => {
    const own = text.replaceAll('127.0.0.1', host).replaceAll('/tmp/superd-demo.sock', socket);
    writeFileSync(join(cwd, 'demo.conf'), own);
    daemon = start(['--as-caller', 'demo.conf'], { cwd });
    await daemon.said('ready');
  });

  it('has nothing wrong', () => {
    const { status, stdout } = superd(['check', '--as-caller', 'etc/inetd.conf']);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining(' 0 errors, 0 warnings\n'),
    });
  });

  it.each([
    { port: 20007, say: 'hello\n', heard: /^hello\n$/ },
    { port: 20009, say: 'hello\n', heard: /^$/ },
    { port: 20013, say: '', heard: /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n$/ },
    { port: 20019, say: '', heard: /^ !"#\$%&'\(\)\*\+,-\.\/0123456789/ },
    { port: 20037, say: '', heard: /^[\s\S]{4}$/ },
    { port: 20002, say: 'hello\n', heard: /^hello\n$/ },
    {
      port: 20080,
      say: 'GET / HTTP/1.0\r\n\r\n',
      heard: /^HTTP\/1\.0 200 OK\r\n[\s\S]*\r\n\r\nHello from superd, at .+\.\n$/,
    },
    { port: 20001, say: 'help\r\n', heard: /^date\r\n$/ },
    { port: 20001, say: 'date\r\n', heard: /^\+Go\r\n.*\d\d:\d\d:\d\d.*\n$/ },
  ])('answers "$say" on port $port with $heard', async ({ port, say, heard }) => {
    expect(await talk({ host, port }, say)).toMatch(heard);
  });

  it('answers on a Unix socket', async () => {
    expect(await talk({ path: socket }, 'hello\n')).toBe('hello\n');
  });

  it('has a line to type for every port', () => {
    const typed = text.split('\n').filter((line) => line.startsWith('#> '));
    const ports = new Set(text.match(/^20\d{3}/gm));
    expect([...ports].filter((port) => !typed.some((line) => line.includes(port)))).toEqual([]);
    expect(typed.length).toBeGreaterThanOrEqual(ports.size);
  });

  it('ends when it is told to', async () => {
    expect(await daemon.stop('SIGINT')).toBe(0);
  });
});

describe('the demonstration in the language of xinetd', () => {
  const example = readFileSync(join(root, 'etc/xinetd.conf'), 'utf8');
  const log = join(cwd, 'demo.log');
  let daemon: Serving;
  beforeAll(async () => {
    const own = example.replaceAll('127.0.0.1', host).replaceAll('/tmp/superd-demo.log', log);
    writeFileSync(join(cwd, 'xdemo.conf'), own);
    daemon = start(['--as-caller', 'xdemo.conf'], { cwd });
    await daemon.said('ready');
  });

  it('has nothing wrong', () => {
    const { status, stdout } = superd(['check', '--as-caller', 'etc/xinetd.conf']);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining(' 0 errors, 0 warnings\n'),
    });
  });

  it.each([
    { port: 21007, say: 'hello\n', heard: /^hello\n$/ },
    { port: 21008, say: 'hello\n', heard: /^hello\n$/ },
    { port: 21013, say: '', heard: /^\d\d [A-Z]{3} \d{4} \d\d:\d\d:\d\d \S+\r\n$/ },
    { port: 21002, say: 'hello\n', heard: /^hello\n$/ },
    { port: 21003, say: '', heard: /^GREETING=hello$/m },
    { port: 21003, say: '', heard: /^REMOTE_HOST=127\./m },
    { port: 21004, say: '', heard: /^$/ },
  ])('answers "$say" on port $port with $heard', async ({ port, say, heard }) => {
    expect(await talk({ host, port }, say)).toMatch(heard);
  });

  it('has a line to type for every port', () => {
    const typed = example.split('\n').filter((line) => line.startsWith('#> '));
    const ports = [...example.matchAll(/^ +port += (\d+)$/gm)].map(([, port = '']) => port);
    expect(ports.filter((port) => !typed.some((line) => line.includes(port)))).toEqual([]);
  });

  it('writes its log, and ends when it is told to', async () => {
    expect(await daemon.stop('SIGINT')).toBe(0);
    expect(readFileSync(log, 'utf8')).toMatch(/START: cat pid=\d+ from=127\./);
    expect(readFileSync(log, 'utf8')).toMatch(/FAIL: closed address from=127\./);
  });
});

describe('init.d/superd', () => {
  afterAll(() => {
    init('stop');
  });
  const pidFile = join(cwd, 'inetd.pid');
  const config = join(cwd, 'init.conf');

  /** The script as init runs it, with everything of the system's replaced. */
  function init(verb: string): { readonly status: number | null; readonly said: string } {
    const { status, stdout, stderr } = spawnSync(join(root, 'etc/init.d/superd'), [verb], {
      env: { ...environment, CONFIG: config, PIDFILE: pidFile, DEFAULTS: cwd, DAEMON: join(cwd, 'inetd') },
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  }

  beforeAll(() => {
    writeFileSync(config, `# nothing yet\n`);
    writeFileSync(join(cwd, 'openbsd-inetd'), 'OPTIONS="-l -R 7"\n');
    const launcher = `exec ${process.execPath} ${join(root, 'bin/inetd.js')} "$@"`;
    writeFileSync(join(cwd, 'inetd'), `#!/bin/sh\necho "$*" >${cwd}/words\n${launcher}\n`, { mode: 0o755 });
  });

  it('does not start a daemon without services', () => {
    expect(init('start')).toEqual({ status: 0, said: expect.stringContaining('no services enabled') });
    expect(init('status')).toEqual({ status: 3, said: 'inetd is not running.\n' });
    expect(init('reload').status).toBe(7);
  });

  it('starts it with the options of the inetd before it, tells of it, reloads and stops it', async () => {
    writeFileSync(config, `${host}:20113 stream tcp4 nowait ${me} internal daytime\n`);
    expect(init('start')).toEqual({ status: 0, said: 'Starting inetd.\n' });
    expect(readFileSync(join(cwd, 'words'), 'utf8')).toBe(`-p ${pidFile} -l -R 7 ${config}\n`);
    const pid = readFileSync(pidFile, 'utf8').trim();
    expect(init('status')).toEqual({ status: 0, said: `inetd is running (${pid}).\n` });
    expect(init('start')).toEqual({ status: 0, said: 'inetd is running already.\n' });
    expect(await talk({ host, port: 20113 })).toMatch(/\d{4}\r\n$/);
    expect(init('force-reload').status).toBe(0);
    expect(init('restart')).toEqual({ status: 0, said: 'Stopping inetd.\nStarting inetd.\n' });
    expect(readFileSync(pidFile, 'utf8').trim()).not.toBe(pid);
    expect(init('stop')).toEqual({ status: 0, said: 'Stopping inetd.\n' });
    expect(init('stop')).toEqual({ status: 0, said: 'inetd is not running.\n' });
  });

  it('knows no other verb', () => {
    expect(init('dance').status).toBe(2);
  });
});

describe('superd.service', () => {
  const lines = readFileSync(join(root, 'etc/superd.service'), 'utf8').split('\n');
  const value = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);

  it('starts what tells that it is ready, and leaves children alone', () => {
    expect(value('Type')).toBe('notify');
    expect(value('KillMode')).toBe('process');
    expect(value('ExecReload')).toBe('/bin/kill -HUP $MAINPID');
  });

  it('has a command line that inetd takes, with the options of the inetd before it', () => {
    const [program = '', ...words] = (value('ExecStart') ?? '').split(' ');
    const options = words.flatMap((word) => ({ $OPTIONS: ['-l'], $INETD_OPTS: ['-R', '7'] })[word] ?? [word]);
    const caller = { uid: 0, cwd: '/', version: '', environment: { NOTIFY_SOCKET: '/run/notify' } };
    expect(inetdCommand(calledAs(program, options), caller)).toMatchObject({
      kind: 'serve',
      options: { foreground: true, paths: [], settings: { inetd: { perMinute: 7 } } },
    });
    expect(lines.filter((line) => line.startsWith('EnvironmentFile='))).toEqual([
      'EnvironmentFile=-/etc/default/openbsd-inetd',
      'EnvironmentFile=-/etc/default/inetutils-inetd',
    ]);
  });
});
