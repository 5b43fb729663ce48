import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { machineFiles } from '../../lib/config/files.ts';
import { loadInetd } from '../../lib/config/inetd/load.ts';
import type { Names } from '../../lib/config/names.ts';
import { brokenRecord, recordOf } from '../../lib/config/record.ts';
import { loadText, memoryFiles, settingsOf } from '../fixtures/config.ts';
import { fixtureNames } from '../fixtures/names.ts';

const entry = (port: number) => `${port} stream tcp4 nowait root /bin/x x\n`;

describe('Loading files and directories', () => {
  const tree = {
    '/etc/inetd.d': ['b', 'a', '.hidden', 'c~', 'd.bak', 'e.dpkg-old', 'f.rpmsave', 'sub'],
    '/etc/inetd.d/a': entry(1),
    '/etc/inetd.d/b': entry(2),
    '/etc/inetd.d/.hidden': entry(3),
    '/etc/inetd.d/c~': entry(4),
    '/etc/inetd.d/d.bak': entry(5),
    '/etc/inetd.d/e.dpkg-old': entry(6),
    '/etc/inetd.d/f.rpmsave': entry(7),
    '/etc/inetd.d/sub': ['deeper'],
    '/etc/inetd.d/sub/deeper': entry(8),
    '/etc/inetd.conf': entry(9),
  };

  it.each([
    { dialect: 'auto', ports: [9, 1, 2] },
    { dialect: 'gnu', ports: [9, 3, 1, 2, 4, 5, 6, 7] },
  ] as const)('$dialect reads $ports', async ({ dialect, ports }) => {
    const paths = ['/etc/inetd.conf', '/etc/inetd.d'];
    const { services } = await loadInetd(paths, settingsOf(dialect), fixtureNames(), memoryFiles(tree));
    expect(services.map(({ name }) => Number(name.split('/')[0]))).toEqual(ports);
  });

  it('says which files cannot be read, and reads the others', async () => {
    const loaded = await loadInetd(
      ['/nowhere', '/etc/inetd.conf'],
      settingsOf(),
      fixtureNames(),
      memoryFiles(tree),
    );
    expect(loaded.unreadable).toEqual([{ file: '/nowhere', code: 'ENOENT' }]);
    expect(loaded.services).toHaveLength(1);
  });

  it('tells the later of two entries in different files', async () => {
    const files = memoryFiles({ '/a': entry(1), '/b': `\n${entry(1)}` });
    const { services, diagnostics } = await loadInetd(['/a', '/b'], settingsOf(), fixtureNames(), files);
    expect(services.map(({ origin }) => origin.file)).toEqual(['/b']);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'line 2 replaces the service of /a:1 on 0.0.0.0:1',
    ]);
  });

  it('replaces one family of a pair and keeps the other', async () => {
    const text = '1 stream tcp nowait root /bin/x x\n1 stream tcp6 nowait root /bin/y y\n';
    const { services, diagnostics } = await loadText(text);
    expect(services.map(({ name, origin }) => [name, origin.line])).toEqual([
      ['1/tcp4', 1],
      ['1/tcp6', 2],
    ]);
    expect(diagnostics).toHaveLength(1);
  });

  it('gives every service a name of its own', async () => {
    const { services } = await loadText(
      'rstatd/1 dgram rpc/udp wait root /bin/x x\n'.repeat(1) +
        '100001/1 dgram rpc/udp wait root /bin/x x\n/run/x stream unix nowait root /bin/x x\n/run/x seqpacket unix nowait root /bin/x x\n',
    );
    const names = services.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('orders what is wrong by file and place', async () => {
    const files = memoryFiles({ '/a': `1 stream tcp4 nowait nosuch /bin/x\nbad\n`, '/b': 'bad\n' });
    const { diagnostics } = await loadInetd(['/a', '/b'], settingsOf(), fixtureNames(), files);
    expect(diagnostics.map(({ source, code }) => [source.file, code])).toEqual([
      ['/a', 'inetd/unknown-user'],
      ['/a', 'inetd/too-few-fields'],
      ['/b', 'inetd/too-few-fields'],
    ]);
  });

  it('serves a default host list with what fits, and complains when nothing does', async () => {
    const fits = await loadText('127.0.0.1,[::1]:\n1 stream tcp6 nowait root /bin/x x\n');
    expect([fits.services.map(({ name }) => name), fits.diagnostics]).toEqual([['[::1]:1/tcp6'], []]);
    const misfit = await loadText('127.0.0.1:\n1 stream tcp6 nowait root /bin/x x\n');
    expect(misfit.diagnostics.map(({ code, span }) => [code, span])).toEqual([
      ['inetd/host-family', { start: 11, end: 12 }],
    ]);
  });

  it('asks for a name once, however many entries use it', async () => {
    const asked: string[] = [];
    const names: Names = {
      ...fixtureNames(),
      user: (name) => {
        asked.push(name);
        return fixtureNames().user(name);
      },
    };
    const text = Array.from({ length: 10_000 }, (_, at) => entry(at + 1)).join('');
    const { services } = await loadInetd(['/a'], settingsOf(), names, memoryFiles({ '/a': text }));
    expect(services).toHaveLength(10_000);
    expect(asked).toEqual(['root']);
  });
});

describe('The record of a service', () => {
  it('is stable', async () => {
    const text =
      '127.0.0.1:80 stream tcp4,sndbuf=1k nowait.7 nobody:daemon /bin/x x -y\n/run/x stream unix wait root /bin/x\n';
    const { services } = await loadText(text);
    expect(services.map(recordOf)).toEqual([
      {
        name: '127.0.0.1:80/tcp4',
        state: 'on',
        origin: { file: 'inetd.conf', line: 1, word: '127.0.0.1:80' },
        family: 4,
        address: '127.0.0.1',
        port: 80,
        path: null,
        rpc: null,
        mux: null,
        type: 'stream',
        wait: false,
        owner: { user: 'nobody', uid: 65534, gid: 1, groups: [1] },
        action: { kind: 'exec', program: '/bin/x', argv: ['x', '-y'] },
        limits: {
          perMinute: 7,
          tripPauseMs: 600_000,
          perSecond: null,
          atChildren: 'wait',
          ipMax: null,
          children: null,
          perAddressPerMinute: null,
          perAddressChildren: null,
        },
        sndbuf: 1024,
        rcvbuf: null,
        backlog: 4096,
        unix: null,
        sockets: [{ type: 'stream', family: 4, address: '127.0.0.1', port: 80, path: null }],
        access: { maxLoad: null, hours: null, only: null, never: [] },
        wrap: null,
        reception: null,
        log: null,
        setup: { umask: null, nice: 0, environment: { inherit: 'cleaned', set: {} }, resources: [] },
        intercept: false,
        servers: 'leave',
      },
      expect.objectContaining({
        name: '/run/x',
        family: 'unix',
        path: '/run/x',
        port: null,
        wait: true,
        unix: { mode: '0666', uid: null, gid: null },
      }),
    ]);
  });

  it('has the same keys for what is broken', async () => {
    const { services, rejected } = await loadText(`${entry(1)}2 stream tcp4 nowiat root /bin/x x\n`);
    const keys = services.map((service) => Object.keys(recordOf(service)));
    expect(rejected.map((one) => Object.keys(brokenRecord(one)))).toEqual(keys);
    expect(rejected.map(brokenRecord)[0]).toMatchObject({ name: '2', state: 'broken', origin: { line: 2 } });
  });
});

describe("The machine's files", () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'superd-files-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads files, lists directories and names what is wrong', async () => {
    const files = machineFiles(folder);
    await writeFile(join(folder, 'a'), 'text');
    await mkdir(join(folder, 'd'));
    expect(await files.read(join(folder, 'a'))).toEqual({ kind: 'file', bytes: Buffer.from('text') });
    expect(await files.read(folder)).toEqual({
      kind: 'directory',
      names: expect.arrayContaining(['a', 'd']),
    });
    expect(await files.read(join(folder, 'b'))).toEqual({ kind: 'error', code: 'ENOENT' });
    expect(await files.read(join(folder, 'a', 'b'))).toEqual({ kind: 'error', code: 'ENOTDIR' });
  });

  it('refuses a file of more than 16 MiB without reading it all', async () => {
    const file = join(folder, 'big');
    await writeFile(file, '');
    await truncate(file, 2 ** 40);
    expect(await machineFiles().read(file)).toEqual({ kind: 'error', code: 'EFBIG' });
  });

  it('knows a program when it sees one, and a link by its target', async () => {
    const files = machineFiles(folder);
    await writeFile(join(folder, 'x'), '', { mode: 0o755 });
    await writeFile(join(folder, 'y'), '', { mode: 0o644 });
    await symlink('x', join(folder, 'link'));
    const states = ['x', 'y', 'z', '.', 'link'].map((name) => files.program(join(folder, name)));
    expect(await Promise.all(states)).toEqual(['ok', 'not-executable', 'missing', 'not-executable', 'ok']);
    expect(await files.realPath(join(folder, 'link'))).toBe(await files.realPath(join(folder, 'x')));
    expect(await files.realPath('/no/such/path')).toBe('/no/such/path');
  });

  it('follows a real include that includes itself through a link', async () => {
    await symlink('a', join(folder, 'b'));
    await writeFile(join(folder, 'a'), `.include b\n${entry(1)}`);
    const { services, diagnostics } = await loadInetd(
      [join(folder, 'a')],
      settingsOf(),
      fixtureNames(),
      machineFiles(),
    );
    expect(services).toHaveLength(1);
    expect(diagnostics.map(({ code }) => code)).toContain('inetd/include-cycle');
  });
});
