import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { optionsOf, spelling } from '../../lib/cli/options.ts';
import { folder, me, root, superd } from './superd.ts';

const cwd = folder();

beforeAll(() => {
  writeFileSync(
    join(cwd, 'good.conf'),
    `127.0.0.1:
daytime stream tcp nowait ${me} internal
2007 dgram udp wait ${me} internal echo
2323 stream tcp nowait.5 ${me} /bin/cat cat -u
${cwd}/s.sock stream unix nowait ${me} /bin/cat cat
`,
  );
  writeFileSync(
    join(cwd, 'bad.conf'),
    `2007 stream tcp noway ${me} /bin/cat\n2008 stream tcp4 nowait ${me} /bin/cat\n`,
  );
  writeFileSync(join(cwd, 'evil.conf'), `2007 stream tcp4 nowait ${me} /bin/\x1b[31mcat cat\n`);
});

describe('superd check', () => {
  it('says nothing but the sums about a good file', () => {
    expect(superd(['check', 'good.conf'], { cwd })).toEqual({
      status: 0,
      stdout: '4 services, 0 errors, 0 warnings\n',
      stderr: '',
    });
  });

  it('points at what is wrong', () => {
    const { status, stdout } = superd(['check', 'bad.conf'], { cwd });
    expect(status).toBe(1);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^bad\.conf:1:17: error: .*noway.* \[inetd\/bad-wait\]$/),
      `1 | 2007 stream tcp noway ${me} /bin/cat`,
      '  |                 ^^^^^',
    ]);
    expect(stdout).toMatch(/\n1 service, 1 error, 0 warnings\n$/);
  });

  it('gives the same to programs', () => {
    const { status, stdout } = superd(['check', '--json', 'bad.conf', 'none.conf'], { cwd });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      entries: [
        { name: '2008/tcp4', state: 'on', origin: { file: 'bad.conf', line: 2 } },
        { name: '2007', state: 'broken', origin: { file: 'bad.conf', line: 1 } },
      ],
      unreadable: [{ file: 'none.conf', code: 'ENOENT' }],
      diagnostics: [{ severity: 'error', code: 'inetd/bad-wait', file: 'bad.conf', line: 1, column: 17 }],
    });
  });

  it('lets no control character of a file through', () => {
    const { stdout, stderr } = superd(['check', 'evil.conf'], { cwd });
    expect(stdout + stderr).not.toContain('\x1b');
    expect(stdout).toContain('\\x1b');
  });
});

describe('superd list', () => {
  it('prints a table', () => {
    const { status, stdout } = superd(['list', 'good.conf'], { cwd });
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(status).toBe(0);
    expect(rows).toEqual([
      ['SERVICE', 'ADDRESS', 'SOCKET', 'USER', 'PROGRAM', 'FROM'],
      ['127.0.0.1:daytime/tcp4', '127.0.0.1:13', 'stream nowait', me, 'internal', 'good.conf:2'],
      ['127.0.0.1:2007/udp4', '127.0.0.1:2007', 'dgram wait', me, 'internal', 'good.conf:3'],
      ['127.0.0.1:2323/tcp4', '127.0.0.1:2323', 'stream nowait', me, '/bin/cat', 'good.conf:4'],
      [`${cwd}/s.sock`, `${cwd}/s.sock`, 'stream nowait', me, '/bin/cat', 'good.conf:5'],
      [''],
    ]);
  });

  it('says on standard error that it left something out', () => {
    expect(superd(['list', 'bad.conf'], { cwd })).toEqual({
      status: 1,
      stdout: expect.stringContaining('2008/tcp4'),
      stderr: 'superd list: 1 entry left out; "superd check" says why\n',
    });
  });

  it('prints records whose fields superd(8) describes', () => {
    const { stdout } = superd(['list', '--json', 'good.conf'], { cwd });
    const records = JSON.parse(stdout) as readonly Record<string, unknown>[];
    expect(records).toHaveLength(4);
    expect(records[2]).toMatchObject({
      port: 2323,
      wait: false,
      limits: { perMinute: 5 },
      action: { kind: 'exec', argv: ['cat', '-u'] },
    });
    expect(new Set(records.map((record) => Object.keys(record).join()))).toEqual(new Set([FIELDS.join()]));
  });

  it.each([
    { words: ['-R', '7'], limits: { perMinute: 7 } },
    { words: ['--dialect=busybox'], limits: { perMinute: null } },
    { words: ['-c3'], limits: { children: 3 } },
  ])('with $words an entry has the limits $limits', ({ words, limits }) => {
    const { stdout } = superd(['list', '--json', ...words, 'bad.conf'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject([{ limits }]);
  });
});

/** In their order; a new one comes at the end and into superd(8). */
const FIELDS = [
  'name',
  'state',
  'origin',
  'family',
  'address',
  'port',
  'path',
  'rpc',
  'mux',
  'type',
  'wait',
  'owner',
  'action',
  'limits',
  'sndbuf',
  'rcvbuf',
  'backlog',
  'unix',
  'sockets',
  'access',
  'wrap',
  'reception',
  'log',
  'setup',
  'intercept',
  'servers',
];

describe('superd explain', () => {
  it('shows sockets, limits and the steps of the child in their order', () => {
    const { status, stdout } = superd(['explain', '2323', '--file', 'good.conf'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain('socket   stream 127.0.0.1:2323, backlog');
    expect(stdout).toContain('limit    5 starts in 60 s, then 600 s pause');
    const steps = [...stdout.matchAll(/^ +\d+\. +(\w+)/gm)].map(([, name]) => name);
    expect(steps.slice(0, 2)).toEqual(['clone', 'close_range']);
    expect(steps.at(-1)).toBe('execve');
  });

  it('explains every service when none is named', () => {
    const { stdout } = superd(['explain', '--file', 'good.conf'], { cwd });
    expect(stdout.match(/good\.conf:\d+\)$/gm)).toEqual([
      'good.conf:2)',
      'good.conf:3)',
      'good.conf:4)',
      'good.conf:5)',
    ]);
    expect(stdout).toContain('answer   superd itself (echo); no child is started');
  });

  it('shows the service of a socket beside it', () => {
    mkdirSync(join(cwd, 'pair'), { recursive: true });
    writeFileSync(join(cwd, 'pair/web.socket'), '[Socket]\nListenStream=127.0.0.1:8080\n');
    writeFileSync(join(cwd, 'pair/web.service'), '[Service]\nExecStart=/bin/cat\n');
    writeFileSync(join(cwd, 'pair/other.service'), '[Service]\nExecStart=/bin/true\n');
    const { status, stdout } = superd(['explain', 'web.socket', '--file', 'pair'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain('listen   127.0.0.1:8080');
    expect(stdout).toMatch(/dup2\(web\.socket, 3\) +Sockets=[\s\S]*execve\(\/bin\/cat\)/);
    expect(stdout).not.toContain('other.service');
  });

  it('does not know what is not there', () => {
    const { status, stderr } = superd(['explain', 'telnet', '--file', 'good.conf'], { cwd });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining("superd explain: there is no service 'telnet'"),
    });
  });
});

describe('superd access', () => {
  beforeAll(() => {
    const lines = ['type = UNLISTED', 'port = 2324', 'socket_type = stream', 'protocol = tcp', 'wait = no'];
    const more = [
      `user = ${me}`,
      'server = /bin/cat',
      'only_from = 192.0.2.0/24',
      'flags = NOLIBWRAP',
      'instances = 3',
    ];
    writeFileSync(join(cwd, 'x.conf'), ['service mine', '{', ...lines, ...more, '}', ''].join('\n'));
  });

  it.each([
    {
      address: '192.0.2.7',
      status: 0,
      said: 'passes   only_from names it: 192.0.2.0/24',
      end: 'granted',
    },
    { address: '::ffff:192.0.2.7', status: 0, said: 'only_from names it', end: 'granted' },
    {
      address: '192.0.3.7',
      status: 1,
      said: 'refuses  only_from does not name it',
      end: 'refused (lists)',
    },
    { address: '2001:db8::1', status: 1, said: 'only_from does not name it', end: 'refused (lists)' },
  ])('$address is $end, exit $status', ({ address, status, said, end }) => {
    const result = superd(['access', '--file', 'x.conf', 'mine', address], { cwd });
    expect({ status: result.status, stderr: result.stderr }).toEqual({ status, stderr: '' });
    expect(result.stdout).toContain(said);
    expect(result.stdout).toMatch(/^limits: +counts +3 children at once/m);
    expect(result.stdout.trimEnd().split('\n').at(-1)).toMatch(
      new RegExp(`^access: +${end.replace(/[()]/g, '.')}$`),
    );
  });

  it('gives the same to programs', () => {
    const { status, stdout } = superd(['access', '--json', '--file', 'x.conf', 'mine', '192.0.3.7'], { cwd });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        service: 'mine',
        address: '192.0.3.7',
        granted: false,
        gate: 'lists',
        steps: [{ gate: 'limits' }, {}, {}],
      },
    ]);
  });

  it.each([
    { words: ['other', '192.0.2.7'], text: "there is no service 'other'" },
    { words: ['mine', 'localhost'], text: "'localhost' is no address" },
    { words: ['mine'], text: 'Not enough' },
  ])('$words exits 2', ({ words, text }) => {
    const { status, stdout, stderr } = superd(['access', '--file', 'x.conf', ...words], { cwd });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(text);
  });
});

describe('superd check --hosts', () => {
  beforeAll(() => {
    writeFileSync(join(cwd, 'hosts.allow'), 'probe: ::1\nprobe: ALL: nonsense\n');
    writeFileSync(join(cwd, 'hosts.deny'), 'ALL: ALL\n');
  });

  it('says what is wrong in both files', () => {
    const { status, stdout } = superd(['check', '--hosts', 'hosts.allow', 'hosts.deny'], { cwd });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^hosts\.allow:1:\d+: warning: .* \[hosts\/bare-ipv6\]$/m);
    expect(stdout).toMatch(/^hosts\.allow:2:\d+: error: .* \[hosts\/bad-option\]$/m);
    expect(stdout).toMatch(/\n3 rules, 1 error, 1 warning\n$/);
  });

  it('a file that is not there has no rules', () => {
    expect(superd(['check', '--hosts', 'none', 'hosts.deny'], { cwd })).toMatchObject({
      status: 0,
      stdout: '1 rule, 0 errors, 0 warnings\n',
    });
  });

  it('takes both or none', () => {
    expect(superd(['check', '--hosts', 'hosts.allow'], { cwd })).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('--as-caller', () => {
  const asRoot = process.getuid?.() === 0 ? it : it.skip;

  asRoot('serves entries of others for a caller whom no passwd knows (needs root, to become one)', () => {
    chmodSync(cwd, 0o755);
    writeFileSync(join(cwd, 'others.conf'), '20013 stream tcp4 nowait nobody internal daytime\n');
    const script = `const { main } = require(${JSON.stringify(join(root, 'dist/cli.cjs'))});
process.setgroups([]); process.setgid(54321); process.setuid(54321);
main(['list', '--json', '--as-caller', 'others.conf']).then((status) => { process.exitCode = status; });`;
    const { status, stdout } = spawnSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { owner: { user: '54321', uid: 54321, gid: 54321, groups: [54321] } },
    ]);
  });
});

describe('wrong usage', () => {
  it.each([
    { words: ['nonsense'], text: 'nonsense' },
    { words: ['check', '--nonsense'], text: 'nonsense' },
    { words: ['check', '-R', 'many'], text: "--rate: 'many' is not a number" },
    { words: ['check', '-R'], text: 'Not enough arguments following: R' },
    { words: ['list', '--dialect=os2'], text: "'os2' is no dialect" },
    { words: ['explain', 'a', 'b'], text: 'b' },
    { words: ['run', '--nonsense'], text: "unrecognized option '--nonsense'" },
    { words: ['--nonsense'], text: "unrecognized option '--nonsense'" },
  ])('$words exits 2', ({ words, text }) => {
    const { status, stdout, stderr } = superd(words, { cwd });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).toContain('--help');
  });

  it('inetd exits 64', () => {
    expect(superd(['-x'], { launcher: 'inetd' })).toEqual({
      status: 64,
      stdout: '',
      stderr: "inetd: invalid option -- 'x'\nTry 'inetd --help' for more information.\n",
    });
  });
});

describe('help', () => {
  it.each([
    { words: ['run', '--help'], launcher: 'superd', face: 'run' as const },
    { words: ['-?'], launcher: 'inetd', face: 'inetd' as const },
    { words: ['--help'], launcher: 'xinetd', face: 'xinetd' as const },
  ])('$launcher $words lists every option, in lines that fit a terminal', ({ words, launcher, face }) => {
    const { status, stdout, stderr } = superd(words, { launcher });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.startsWith('  -'))).toEqual(
      optionsOf(face).map((option) => `  ${spelling(option, face)}`),
    );
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('names the verbs', () => {
    const { status, stdout } = superd(['--help']);
    expect(status).toBe(0);
    expect(
      ['run', 'check', 'list', 'explain', 'access', 'completion'].filter(
        (verb) => !stdout.includes(`superd ${verb}`),
      ),
    ).toEqual([]);
  });

  it('has a version', () => {
    expect(superd(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('completes verbs', () => {
    expect(superd(['--get-yargs-completions', 'superd', '']).stdout).toContain('\nexplain\n');
    expect(superd(['completion']).stdout).toContain('--get-yargs-completions');
  });
});

describe('a checkout that is not built', () => {
  it('says how to build it', () => {
    const bare = join(cwd, 'bare');
    mkdirSync(bare);
    cpSync(join(root, 'bin'), join(bare, 'bin'), { recursive: true });
    expect(superd(['run'], { launcher: join(bare, 'bin/superd.js') })).toEqual({
      status: 1,
      stdout: '',
      stderr: `superd: not built yet; run "npm ci" (or "npm run dist") in ${bare}\n`,
    });
  });
});
