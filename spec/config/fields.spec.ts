import { describe, expect, it } from '@jest/globals';
import { loadInetd } from '../../lib/config/inetd/load.ts';
import {
  expectationOf,
  loadText,
  memoryFiles,
  type ReadingCase,
  readingOf,
  settingsOf,
} from '../fixtures/config.ts';
import { fixtureNames } from '../fixtures/names.ts';

const cases: readonly (ReadingCase & { readonly number: number })[] = [
  ...(
    [
      ['nowiat', 'inetd/bad-wait'],
      ['WAIT', 'inetd/bad-wait'],
      ['nowait/x', 'inetd/bad-counter'],
    ] as const
  ).flatMap(([word, code]) =>
    (['auto', 'debian', 'gnu'] as const).map((dialect) => ({
      number: 64,
      because: `${word} in ${dialect}`,
      text: `4711 stream tcp4 ${word} root /bin/x x`,
      dialect,
      sockets: [],
      rejected: [1],
      codes: [code],
    })),
  ),
  ...['nowait.x', 'nowait.', 'nowait:', 'nowait/1/2/3/4', 'nowait/40000', 'nowait.1/2'].map((word) => ({
    number: 70,
    because: word,
    text: `4711 stream tcp4 ${word} root /bin/x x`,
    sockets: [],
    rejected: [1],
    codes: ['inetd/bad-counter'],
  })),
  {
    number: 78,
    because: 'an unknown user costs only its entry',
    text: '4711 stream tcp4 nowait nosuch /bin/x x\n4712 stream tcp4 nowait root /bin/x x',
    sockets: ['stream 0.0.0.0:4712'],
    rejected: [1],
    codes: ['inetd/unknown-user'],
  },
  {
    number: 79,
    because: 'the same for a builtin',
    text: 'echo stream tcp4 nowait nosuch internal',
    sockets: [],
    rejected: [1],
    codes: ['inetd/unknown-user'],
  },
  ...(['auto', 'debian', 'busybox'] as const).map((dialect) => ({
    number: 82,
    because: `INTERNAL in ${dialect}`,
    text: 'echo stream tcp nowait root INTERNAL',
    dialect,
    sockets: [],
    rejected: [1],
    codes: ['inetd/relative-program'],
  })),
  {
    number: 84,
    because: 'a relative program',
    text: '4711 stream tcp4 nowait root bin/x x',
    sockets: [],
    rejected: [1],
    codes: ['inetd/relative-program'],
  },
];

describe('The fields of inetd.conf', () => {
  it.each(cases)('case $number (reading): $because', async (row) => {
    expect(await readingOf(row)).toEqual(expectationOf(row));
  });

  it.each([
    { number: 65, word: 'wait:1', activation: 'wait', limits: { perMinute: 1, children: 1 } },
    { number: 65, word: 'wait.1', activation: 'wait', limits: { perMinute: 1, children: 1 } },
    { number: 66, word: 'nowait/2', activation: 'nowait', limits: { perMinute: 256, children: 2 } },
    {
      number: 67,
      word: 'nowait/0/3',
      activation: 'nowait',
      limits: { children: null, perAddressPerMinute: 3 },
    },
    {
      number: 68,
      word: 'nowait/0/0/1',
      activation: 'nowait',
      limits: { children: null, perAddressPerMinute: null, perAddressChildren: 1 },
    },
    { number: 69, word: 'nowait.0', activation: 'nowait', limits: { perMinute: null } },
  ])('case $number (reading): $word', async ({ word, activation, limits }) => {
    const { services } = await loadText(`4711 stream tcp4 ${word} root /bin/x x`);
    expect(services[0]?.activation).toBe(activation);
    expect(services[0]?.limits).toMatchObject(limits);
  });

  it.each([
    { dialect: 'auto', perMinute: null },
    { dialect: 'debian', perMinute: 256 },
    { dialect: 'netbsd', perMinute: 0 },
    { dialect: 'gnu', perMinute: null },
  ] as const)(
    'case 69 (reading): .0 means $perMinute in $dialect, with a warning',
    async ({ dialect, perMinute }) => {
      const { services, diagnostics } = await loadText('4711 stream tcp4 nowait.0 root /bin/x x', dialect);
      expect(services[0]?.limits.perMinute).toBe(perMinute);
      expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
        ['inetd/zero-counter', 'warning'],
      ]);
    },
  );

  it.each([
    { dialect: 'auto', perMinute: 256, tripPauseMs: 600_000 },
    { dialect: 'bsd', perMinute: 256, tripPauseMs: 600_000 },
    { dialect: 'debian', perMinute: 256, tripPauseMs: 600_000 },
    { dialect: 'freebsd', perMinute: 256, tripPauseMs: 600_000 },
    { dialect: 'netbsd', perMinute: 40, tripPauseMs: 600_000 },
    { dialect: 'solaris', perMinute: 40, tripPauseMs: 600_000 },
    { dialect: 'gnu', perMinute: 1000, tripPauseMs: 600_000 },
    { dialect: 'busybox', perMinute: null, tripPauseMs: 60_000 },
  ] as const)('without a counter $dialect starts $perMinute a minute', async ({ dialect, ...limits }) => {
    const { services } = await loadText('4711 stream tcp nowait root /bin/x x', dialect);
    expect(services[0]?.limits).toMatchObject(limits);
  });

  it('takes what an entry leaves open from the command line', async () => {
    const settings = {
      perMinute: null,
      children: 3,
      perAddressPerMinute: 4,
      perAddressChildren: 5,
      backlog: 6,
    };
    const text = '4711 stream tcp4 nowait root /bin/x x\n4712 stream tcp4 nowait/9/0 root /bin/x x\n';
    const { services } = await loadText(text, 'auto', settings);
    expect(services.map(({ limits }) => limits)).toMatchObject([
      { perMinute: null, children: 3, perAddressPerMinute: 4, perAddressChildren: 5 },
      { perMinute: null, children: 9, perAddressPerMinute: null, perAddressChildren: 5 },
    ]);
    expect(services[0]?.sockets[0]?.backlog).toBe(6);
  });

  it.each([
    { number: 163, dialect: 'debian', backlog: 1, given: 10 },
    { number: 163, dialect: 'debian', backlog: 50, given: 50 },
    { number: 163, dialect: 'auto', backlog: undefined, given: 4096 },
  ] as const)('case $number (reading): -q $backlog in $dialect', async ({ dialect, backlog, given }) => {
    const settings = backlog === undefined ? {} : { backlog };
    const { services } = await loadText('4711 stream tcp4 nowait root /bin/x x', dialect, settings);
    expect(services[0]?.sockets[0]?.backlog).toBe(given);
  });

  it.each([
    { number: 71, owner: 'nobody', uid: 65534, gid: 65534, groups: [65534] },
    { number: 72, owner: 'nobody.daemon', uid: 65534, gid: 1, groups: [1] },
    { number: 72, owner: 'nobody:daemon', uid: 65534, gid: 1, groups: [1] },
    { number: 73, owner: 'root:daemon', uid: 0, gid: 1, groups: [1] },
    { number: 74, owner: 'first.last', uid: 1001, gid: 1001, groups: [1001, 50] },
    { number: 75, owner: 'first.last:daemon', uid: 1001, gid: 1, groups: [1, 50] },
    { number: 76, owner: '65534', uid: 65534, gid: 65534, groups: [65534] },
    { number: 76, owner: '65534:100', uid: 65534, gid: 100, groups: [100] },
    { number: 77, owner: 'nobody:daemon/staff', uid: 65534, gid: 1, groups: [1] },
  ])('case $number (reading): $owner is $uid with $gid', async ({ number, owner, uid, gid, groups }) => {
    const { services, diagnostics } = await loadText(`4711 stream tcp4 nowait ${owner} /bin/x x`);
    expect(services[0]?.account).toMatchObject({ uid, gid, groups });
    expect(diagnostics.map(({ code }) => code)).toEqual(number === 77 ? ['inetd/login-class'] : []);
  });

  it.each([
    { owner: 'nobody:nosuch', code: 'inetd/unknown-group', marked: 'nosuch' },
    { owner: 'no.daemon/c', code: 'inetd/unknown-user', marked: 'no' },
    { owner: '4294967295', code: 'inetd/unknown-user', marked: '4294967295' },
    { owner: 'nobody:4294967295', code: 'inetd/unknown-group', marked: '4294967295' },
  ])('marks $marked of $owner', async ({ owner, code, marked }) => {
    const { diagnostics } = await loadText(`4711 stream tcp4 nowait ${owner} /bin/x x`);
    const wrong = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
    expect(wrong?.code).toBe(code);
    expect(wrong?.source.text.slice(wrong.span.start, wrong.span.end)).toBe(marked);
  });

  it.each([
    { owner: 'caller', asCaller: false, uid: 1000 },
    { owner: 'root', asCaller: false, uid: null },
    { owner: 'caller:daemon', asCaller: false, uid: null },
    { owner: 'root', asCaller: true, uid: 1000 },
  ])('without root, $owner with asCaller=$asCaller runs as $uid', async ({ owner, asCaller, uid }) => {
    const settings = { callerUid: 1000, asCaller };
    const { services, rejected, diagnostics } = await loadText(
      `4711 stream tcp4 nowait ${owner} /bin/x x`,
      'auto',
      settings,
    );
    expect(services[0]?.account.uid ?? null).toBe(uid);
    expect(rejected.length).toBe(uid === null ? 1 : 0);
    expect(diagnostics.map(({ code }) => code)).toEqual(uid === null ? ['inetd/not-your-user'] : []);
  });

  it('case 83 (reading): the wait word of a builtin is ignored', async () => {
    const { services, diagnostics } = await loadText(
      'echo stream tcp4 wait root internal\necho dgram udp4 nowait root internal\n',
    );
    expect(services.map(({ activation }) => activation)).toEqual(['nowait', 'wait']);
    expect(diagnostics).toEqual([]);
  });

  it.each(['bsd', 'debian', 'gnu', 'busybox'] as const)(
    'case 84 (reading): a relative program begins at the directory of the daemon in %s',
    async (dialect) => {
      const { services, diagnostics } = await loadText('4711 stream tcp nowait root bin/x x', dialect);
      expect(services[0]?.action).toEqual({ kind: 'exec', program: '/srv/bin/x', argv: ['x'] });
      expect(diagnostics.map(({ code }) => code)).toEqual(['inetd/relative-program']);
    },
  );

  it('case 80 (reading): a program that is not there is a warning only', async () => {
    const files = memoryFiles(
      { '/a': '1 stream tcp4 nowait root /bin/x x\n2 stream tcp4 nowait root /bin/y y\n' },
      { '/bin/x': 'missing', '/bin/y': 'not-executable' },
    );
    const { services, diagnostics } = await loadInetd(['/a'], settingsOf(), fixtureNames(), files);
    expect(services).toHaveLength(2);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['inetd/program-missing', 'warning'],
      ['inetd/program-not-executable', 'warning'],
    ]);
  });

  it.each([
    { exists: ['/usr/bin/x', '/bin/x'], program: '/usr/bin/x', codes: [] },
    { exists: [], program: '/usr/local/sbin/x', codes: ['inetd/program-missing'] },
  ])('busybox searches for a program without a slash: $program', async ({ exists, program, codes }) => {
    const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
    const isThere = new Set<string>(exists);
    const missing = folders.map((folder) => `${folder}/x`).filter((path) => !isThere.has(path));
    const programs = Object.fromEntries(missing.map((path) => [path, 'missing'] as const));
    const files = memoryFiles({ '/a': '1 stream tcp nowait root x x\n' }, programs);
    const { services, diagnostics } = await loadInetd(['/a'], settingsOf('busybox'), fixtureNames(), files);
    expect(services[0]?.action).toMatchObject({ program });
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    { number: 143, dialect: 'auto', activation: 'wait', codes: ['inetd/dgram-nowait'] },
    { number: 144, dialect: 'busybox', activation: 'nowait', codes: [] },
  ] as const)('case $number (reading): dgram nowait in $dialect', async ({ dialect, activation, codes }) => {
    const { services, diagnostics } = await loadText('4711 dgram udp nowait root /bin/x x', dialect);
    expect(services[0]?.activation).toBe(activation);
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  it('freebsd ignores the counter behind a dot, with a warning', async () => {
    const { services, diagnostics } = await loadText('4711 stream tcp4 nowait.5 root /bin/x x', 'freebsd');
    expect(services[0]?.limits.perMinute).toBe(256);
    expect(diagnostics.map(({ code }) => code)).toEqual(['inetd/counter-ignored']);
  });

  it.each([
    ['busybox', 'nowait', { stderr: 'socket', shellFallback: true, peerArgument: false }],
    ['busybox', 'wait', { stderr: 'daemon', shellFallback: true, peerArgument: false }],
    ['solaris', 'nowait', { stderr: 'socket', shellFallback: false, peerArgument: true }],
    ['auto', 'wait', { stderr: 'socket', shellFallback: false, peerArgument: false }],
  ] as const)('a child of %s %s is set up its way', async (dialect, wait, setup) => {
    const { services } = await loadText(`4711 stream tcp ${wait} root /bin/x x %A`, dialect);
    expect(services[0]?.setup).toMatchObject(setup);
  });

  it.each([
    ['stream tcp4 nowait root /bin/x x', 'resolve'],
    ['stream tcp4 wait root /bin/x x', 'none'],
    ['dgram udp4 wait root /bin/x x', 'none'],
  ])('%s gets the environment of GNU inetd: %s', async (fields, environment) => {
    const { services } = await loadText(`4711 ${fields}`, 'gnu', { tcpEnvironment: 'resolve' });
    expect(services[0]?.setup.tcpEnvironment).toBe(environment);
  });

  it.each([
    ['debian', [true, false], [false, true]],
    ['bsd', [true, false], [false, false]],
    ['auto', [false, false], [false, false]],
  ] as const)('%s refuses port 20 and the loopback: %j %j', async (dialect, ftpData, loopback) => {
    const text = 'echo stream tcp4 nowait root internal\necho dgram udp4 wait root internal\n';
    const { services } = await loadText(text, dialect);
    expect(services.map(({ refuseFtpData }) => refuseFtpData)).toEqual(ftpData);
    expect(services.map(({ refuseLoopback }) => refuseLoopback)).toEqual(loopback);
  });
});
