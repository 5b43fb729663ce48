import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment, folder, me, root, start, superd, talk } from './superd.ts';

const cwd = folder();
const path = join(cwd, 's.sock');
const pidFile = join(cwd, 'inetd.pid');

/** Waits until a file is gone. */
async function gone(file: string): Promise<void> {
  while (statSync(file, { throwIfNoEntry: false }) !== undefined)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

function pidIn(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}

beforeAll(() => {
  writeFileSync(join(cwd, 'inetd.conf'), `${path} stream unix nowait ${me} /bin/cat cat\n`);
});

afterAll(() => {
  if (statSync(pidFile, { throwIfNoEntry: false }) !== undefined) process.kill(pidIn(pidFile), 'SIGKILL');
});

describe('superd run', () => {
  it('writes the pid file when it serves, and removes what it made', async () => {
    const daemon = start(['-p', 'run.pid', 'inetd.conf'], { cwd });
    await daemon.said('ready');
    expect(pidIn(join(cwd, 'run.pid'))).toBe(daemon.pid);
    expect(await talk({ path }, 'hello')).toBe('hello');
    expect(superd(['run', '-p', 'run.pid', 'inetd.conf'], { cwd })).toMatchObject({
      status: 1,
      stderr: `superd: already running, pid: ${daemon.pid} (${join(cwd, 'run.pid')})\n`,
    });
    expect(await talk({ path }, 'still')).toBe('still');
    expect(await daemon.stop('SIGTERM')).toBe(0);
    expect(['run.pid', 's.sock'].map((name) => statSync(join(cwd, name), { throwIfNoEntry: false }))).toEqual(
      [undefined, undefined],
    );
  });

  it.each(['SIGHUP', 'SIGALRM', 'SIGUSR1', 'SIGUSR2'])(
    'a %s before the daemon is loaded does not end it',
    async (signal) => {
      const daemon = start(['inetd.conf'], { cwd, before: ['--require', preload(signal)] });
      await daemon.said('ready');
      expect(await talk({ path }, 'hello')).toBe('hello');
      expect(await daemon.stop('SIGTERM')).toBe(0);
    },
  );

  it.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)(
    'a %s before the daemon is loaded stops it in order',
    async (signal) => {
      const daemon = start(['inetd.conf'], { cwd, before: ['--require', preload(signal)] });
      await daemon.said('stopped');
      expect(await daemon.stop('SIGUSR2')).toBe(0);
      expect(daemon.log()).toContain('ready');
    },
  );

  it.each([
    { words: ['none.conf'], text: /^superd: cannot read .*none\.conf: ENOENT\n$/ },
    { words: ['-p', '.', 'inetd.conf'], text: /^superd: .*EISDIR/ },
  ])('$words is no start', ({ words, text }) => {
    expect(superd(['run', ...words], { cwd })).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(text),
    });
  });
});

describe('inetd', () => {
  it('becomes a daemon, and returns when that serves', async () => {
    expect(superd(['-p', pidFile, 'inetd.conf'], { cwd, launcher: 'inetd' })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    const pid = pidIn(pidFile);
    expect(await talk({ path }, 'hello')).toBe('hello');
    const [, , , , group, session, terminal] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .split(' ')
      .map(Number);
    expect({ group, session, terminal }).toEqual({ group: pid, session: pid, terminal: 0 });
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('inetd\n');
    expect(superd(['-p', pidFile, 'inetd.conf'], { cwd, launcher: 'inetd' })).toEqual({
      status: 1,
      stdout: '',
      stderr: `inetd: already running, pid: ${pid} (${pidFile})\n`,
    });
    process.kill(pid, 'SIGTERM');
    await gone(pidFile);
    await gone(path);
  });

  it('passes on why the daemon did not start', () => {
    expect(superd(['-p', pidFile, 'none.conf'], { cwd, launcher: 'inetd' })).toEqual({
      status: 1,
      stdout: '',
      stderr: `inetd: cannot read ${join(cwd, 'none.conf')}: ENOENT\n`,
    });
  });
});

describe('the environment of the daemon', () => {
  it('does not reach children, but for what inetd leaves', async () => {
    const conf = join(cwd, 'env.conf');
    writeFileSync(conf, `${path} stream unix nowait ${me} /usr/bin/env env\n`);
    expect(environment).toHaveProperty('PATH');
    const daemon = start([conf], { cwd });
    await daemon.said('ready');
    expect(await talk({ path })).not.toContain('PATH=');
    expect(await daemon.stop('SIGTERM')).toBe(0);
  });
});

/** A script that signals its own process just when the launcher loads the daemon. */
function preload(signal: string): string {
  const file = join(cwd, `${signal}.cjs`);
  writeFileSync(
    file,
    `const Module = require('node:module');
const load = Module._load;
Module._load = (name, ...rest) => {
  if (name === ${JSON.stringify(join(root, 'dist/daemon.cjs'))}) process.kill(process.pid, '${signal}');
  return load(name, ...rest);
};
`,
  );
  return file;
}
