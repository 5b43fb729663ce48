import { describe, expect, it } from '@jest/globals';
import { languageOf, languageOfText } from '../../lib/config/language.ts';
import { load } from '../../lib/config/load.ts';
import type { Loaded } from '../../lib/config/loaded.ts';
import type { Settings, XinetdSettings } from '../../lib/config/settings.ts';
import type { ListenAddress } from '../../lib/model/address.ts';
import { memoryFiles, settingsOf, type Tree } from '../fixtures/config.ts';
import { fixtureNames } from '../fixtures/names.ts';

function settings(more: Partial<XinetdSettings> = {}): Settings {
  const xinetd = { strict: false, environment: {}, callerUid: 0, asCaller: false, ...more };
  return { inetd: settingsOf(), xinetd };
}

function loadTree(
  tree: Tree,
  paths = Object.keys(tree),
  more: Partial<XinetdSettings> = {},
): Promise<Loaded> {
  return load(paths, settings(more), fixtureNames(), memoryFiles(tree));
}

const line = (port: string, protocol = 'tcp4') => `${port} stream ${protocol} nowait root /bin/x x\n`;

function block(name: string, port: number, ...more: readonly string[]): string {
  const lines = [
    'type = UNLISTED',
    `port = ${port}`,
    'socket_type = stream',
    'protocol = tcp',
    'wait = no',
    'user = root',
    'server = /bin/x',
  ];
  return `service ${name}\n{\n${[...lines, ...more].map((one) => `\t${one}\n`).join('')}}\n`;
}

describe('The language of a text', () => {
  it.each([
    ['a line of inetd.conf', line('echo'), 'inetd'],
    ['a key-value entry', 'echo on protocol = tcp;\n', 'inetd'],
    ['a block', '# c\n\nservice echo\n# c\n\n{\n}\n', 'xinetd'],
    ['a block on one line', 'SERVICE echo {\n', 'xinetd'],
    ['defaults', 'defaults\n{\n', 'xinetd'],
    ['defaults with a brace', 'defaults{\n', 'xinetd'],
    ['an include', 'includedir /etc/xinetd.d\n', 'xinetd'],
    ['a service named service', 'service stream tcp nowait root /bin/x x\n', 'inetd'],
    ['CR LF', 'service echo\r\n{\r\n}\r\n', 'xinetd'],
    ['comments', '# service echo\n# {\n', null],
    ['nothing', '', null],
  ])('%s', (_, text, language) => {
    expect(languageOfText(text)).toBe(language);
  });

  it.each([
    ['/etc/xinetd.conf', { '/etc/xinetd.conf': '# nothing\n' }, 'xinetd'],
    ['/etc/inetd.conf', { '/etc/inetd.conf': '# nothing\n' }, 'inetd'],
    ['/etc/inetd.conf', { '/etc/inetd.conf': block('a', 1) }, 'xinetd'],
    ['/etc/xinetd.d', { '/etc/xinetd.d': [] }, 'xinetd'],
    [
      '/srv/d',
      { '/srv/d': ['.h', 'a', 'b'], '/srv/d/a': '', '/srv/d/b': block('b', 1), '/srv/d/.h': line('1') },
      'xinetd',
    ],
    ['/srv/d', { '/srv/d': ['a'], '/srv/d/a': line('1') }, 'inetd'],
    ['/nowhere', {}, 'inetd'],
  ] as const)('%s', async (path, tree, language) => {
    expect(await languageOf(path, memoryFiles(tree as Tree))).toBe(language);
  });
});

describe('Files of several languages', () => {
  it('are read together, each file once', async () => {
    const tree: Tree = { '/etc/inetd.conf': line('1'), '/etc/xinetd.conf': block('a', 2) };
    const asked: string[] = [];
    const files = memoryFiles(tree);
    const counting = { ...files, read: (path: string) => files.read(path).finally(() => asked.push(path)) };
    const { services, diagnostics } = await load(Object.keys(tree), settings(), fixtureNames(), counting);
    expect(services.map(({ name }) => name)).toEqual(['a', '1/tcp4']);
    expect([asked.sort(), diagnostics]).toEqual([Object.keys(tree), []]);
  });

  it('reads a directory of fragments', async () => {
    const tree = {
      '/etc/xinetd.d': ['a', 'b.bak', 'c'],
      '/etc/xinetd.d/a': block('a', 1),
      '/etc/xinetd.d/b.bak': block('b', 2),
      '/etc/xinetd.d/c': block('c', 3),
    };
    const { services } = await loadTree(tree, ['/etc/xinetd.d']);
    expect(services.map(({ name }) => name)).toEqual(['a', 'c']);
  });

  it('names what cannot be read in each', async () => {
    const { unreadable } = await loadTree({}, ['/etc/xinetd.conf', '/etc/inetd.conf']);
    expect(unreadable.map(({ file }) => file)).toEqual(['/etc/xinetd.conf', '/etc/inetd.conf']);
  });

  it('keeps names apart', async () => {
    const { services } = await loadTree({ '/x': block('1/tcp4', 2), '/i': line('1') });
    expect(services.map(({ name }) => name)).toEqual(['1/tcp4', '1/tcp4#2']);
  });

  it('a broken entry is told by its id, and a broken defaults block ends everything', async () => {
    const { rejected, fatal } = await loadTree({ '/x': block('a', 1, 'id = other', 'no_access') });
    expect([rejected, fatal]).toEqual([[{ origin: { file: '/x', line: 1, word: 'other' } }], []]);
    const broken = await loadTree({ '/x': `defaults\n{\n\tinstances = abc\n}\n${block('a', 1)}` });
    expect([broken.services, broken.fatal.length]).toEqual([[], 1]);
  });
});

describe('Two claims to one address', () => {
  it.each([
    { because: 'the same port', xinetd: block('a', 7), inetd: line('7'), lost: true },
    { because: 'another port', xinetd: block('a', 7), inetd: line('8'), lost: false },
    {
      because: 'another transport',
      xinetd: block('a', 7),
      inetd: '7 dgram udp4 wait root /bin/x x\n',
      lost: false,
    },
    { because: 'one address of a port', xinetd: block('a', 7), inetd: line('127.0.0.1:7'), lost: true },
    {
      because: 'all addresses of a port',
      xinetd: block('a', 7, 'bind = 127.0.0.1'),
      inetd: line('7'),
      lost: true,
    },
    {
      because: 'another address',
      xinetd: block('a', 7, 'bind = 127.0.0.1'),
      inetd: line('127.0.0.2:7'),
      lost: false,
    },
    {
      because: 'another family',
      xinetd: block('a', 7, 'flags = IPv4'),
      inetd: line('7', 'tcp6'),
      lost: false,
    },
    { because: 'both families', xinetd: block('a', 7), inetd: line('7', 'tcp6'), lost: true },
    {
      because: 'a Unix socket',
      xinetd: block('a', 7),
      inetd: '/run/x stream unix nowait root /bin/x x\n',
      lost: false,
    },
  ])('$because: lost $lost', async ({ xinetd, inetd, lost }) => {
    const { services, diagnostics } = await loadTree({ '/i': inetd, '/x': xinetd });
    expect(services.map(({ origin }) => origin.file)).toEqual(lost ? ['/x'] : ['/x', '/i']);
    expect(diagnostics.map(({ code }) => code)).toEqual(lost ? ['inetd/claimed'] : []);
  });

  it('names both places', async () => {
    const { diagnostics } = await loadTree({ '/i': `# c\n\t${line('7')}`, '/x': `\n${block('a', 7)}` });
    expect(diagnostics.map(({ message, source, span }) => [message, source.file, span])).toEqual([
      ["line 2 is not served: the service 'a' of /x:2 has 0.0.0.0:7", '/i', { start: 5, end: 6 }],
    ]);
  });

  it('a service that is switched off claims nothing', async () => {
    const { services } = await loadTree({ '/i': line('7'), '/x': block('a', 7, 'disable = yes') });
    expect(services.map(({ origin }) => origin.file)).toEqual(['/i']);
  });
});

describe('inetd.conf beside the defaults of an xinetd.conf', () => {
  const defaults =
    'defaults\n{\n\tonly_from = 10.0.0.0/8\n\tno_access = 10.1.0.0/16\n\tinstances = 4\n\tper_source = 2\n\tcps = 3 5\n\tumask = 077\n\tbanner_fail = /etc/no\n}\n';
  const wait = '9 stream tcp4 wait root /bin/x x\n';

  it('is protected by them where xinetd reads both', async () => {
    const tree = { '/i': line('7') + wait, '/x': defaults };
    const { services } = await loadTree(tree, ['/i', '/x'], { defaultsForInetd: true });
    const [nowait, waiting] = services;
    expect(nowait?.access.only).toEqual([{ kind: 'network', family: 4, address: '10.0.0.0', bits: 8 }]);
    expect(nowait?.access.never).toEqual([{ kind: 'network', family: 4, address: '10.1.0.0', bits: 16 }]);
    expect(nowait?.limits).toMatchObject({
      children: 4,
      atChildren: 'refuse',
      perAddressChildren: 2,
      perSecond: { rate: 3, pauseMs: 5000 },
    });
    expect([nowait?.setup.umask, nowait?.reception?.banner.failure]).toEqual([0o77, '/etc/no']);
    expect([nowait?.intercept, waiting?.intercept]).toEqual([false, true]);
    // More than one caller at once: superd accepts them.
    expect(waiting?.limits).toMatchObject({ children: null, atChildren: 'refuse' });
  });

  it.each([
    ['127.0.0.1', ['127.0.0.1'], 'its own family'],
    ['::1', ['::1'], 'the only address there is'],
  ])('listens where bind = %s says: on %j, %s', async (bind, hosts) => {
    const tree = { '/i': line('7'), '/x': `defaults\n{\n\tbind = ${bind}\n}\n` };
    const { services } = await loadTree(tree, ['/i', '/x'], { defaultsForInetd: true });
    expect(services.map(({ sockets }) => sockets.map(({ address }) => hostOf(address)))).toEqual([hosts]);
  });

  it('listens once where bind leaves one address of two', async () => {
    const tree = {
      '/i': line('7', 'tcp46') + line('9', 'tcp'),
      '/x': 'defaults\n{\n\tbind = 127.0.0.1\n}\n',
    };
    const { services } = await loadTree(tree, ['/i', '/x'], { defaultsForInetd: true });
    const addresses = services.flatMap(({ sockets }) => sockets.map(({ address }) => address));
    expect(addresses).toMatchObject([
      { family: 4, host: '127.0.0.1', port: 7, dual: false },
      { family: 4, host: '127.0.0.1', port: 9, dual: false },
    ]);
  });

  it('keeps an address of its own', async () => {
    const tree = { '/i': `10.9.9.9:${line('7')}`, '/x': 'defaults\n{\n\tbind = 127.0.0.1\n}\n' };
    const { services } = await loadTree(tree, ['/i', '/x'], { defaultsForInetd: true });
    expect(services[0]?.sockets.map(({ address }) => hostOf(address))).toEqual(['10.9.9.9']);
  });

  it('logs as they say; a connection has a user, a datagram and the ident server have none', async () => {
    const log =
      'defaults\n{\n\tlog_type = FILE /var/log/services\n\tlog_on_success = HOST USERID\n\tlog_on_failure = HOST USERID\n' +
      '\tpassenv = PATH\n\tinstances = UNLIMITED\n\tcps = 0 5\n}\n';
    const inetd = `${line('7')}${line('113')}9 dgram udp4 wait root /bin/x x\n`;
    const { services } = await loadTree({ '/i': inetd, '/x': log }, ['/i', '/x'], { defaultsForInetd: true });
    const target = { kind: 'file', path: '/var/log/services', soft: null, hard: null };
    const told = services.map(({ log, reception }) => [log?.success, log?.failure, reception?.ident]);
    expect(told).toEqual([
      [['HOST', 'USERID'], ['HOST', 'USERID'], 'ask'],
      [['HOST'], ['HOST'], undefined],
      [['HOST'], ['HOST'], undefined],
    ]);
    expect(services.map(({ log }) => [log?.target, log?.common])).toEqual(services.map(() => [target, true]));
    expect(services.map(({ setup }) => setup.environment.inherit)).toEqual(services.map(() => ['PATH']));
    expect([services[0]?.limits.children, services[0]?.limits.perSecond]).toEqual([null, null]);
  });

  it('is told as a whole to those who look at the daemon', async () => {
    const text =
      'defaults\n{\n\tinstances = UNLIMITED\n\tper_source = 3\n\tgroups = yes\n\tumask = 027\n\tcps = 0 1\n\tbind = 127.0.0.1\n\tpassenv = A B\n' +
      '\tonly_from = 10.0.0.0/8\n\tlog_type = SYSLOG daemon\n\tlog_on_success = USERID\n}\n';
    expect((await loadTree({ '/x': text + block('a', 7) })).serviceDefaults).toEqual({
      instances: null,
      perSource: 3,
      groups: true,
      umask: 0o27,
      perSecond: null,
      bind: '127.0.0.1',
      passenv: ['A', 'B'],
      access: {
        maxLoad: null,
        hours: null,
        only: [{ kind: 'network', family: 4, address: '10.0.0.0', bits: 8 }],
        never: [],
      },
      log: {
        id: 'defaults',
        target: { kind: 'syslog', facility: 'daemon', level: 'info' },
        common: false,
        success: ['USERID'],
        failure: [],
      },
    });
    expect((await loadTree({ '/x': block('a', 7) })).serviceDefaults).toBeNull();
    expect((await loadTree({ '/x': `defaults\n{\n}\n${block('a', 7)}` })).serviceDefaults).toEqual({
      access: { maxLoad: null, hours: null, only: null, never: [] },
      log: null,
    });
  });

  it('is as it was elsewhere', async () => {
    const [service] = (await loadTree({ '/i': line('7'), '/x': defaults })).services;
    expect([service?.access.only, service?.reception]).toEqual([null, null]);
  });
});

function hostOf(address: ListenAddress): string {
  return address.kind === 'unix' ? address.path : address.host;
}
