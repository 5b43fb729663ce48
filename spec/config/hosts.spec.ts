import { describe, expect, it } from '@jest/globals';
import { loadInetd } from '../../lib/config/inetd/load.ts';
import { expectationOf, memoryFiles, type ReadingCase, readingOf, settingsOf } from '../fixtures/config.ts';
import { fixtureNames } from '../fixtures/names.ts';

const rest = 'stream tcp4 nowait root /bin/x x';

const cases: readonly (ReadingCase & { readonly number: number | string })[] = [
  {
    number: 23,
    because: 'one address',
    text: `127.0.0.1:4711 ${rest}`,
    sockets: ['stream 127.0.0.1:4711'],
    codes: [],
  },
  {
    number: 24,
    because: 'a list of addresses',
    text: `127.0.0.1,10.9.9.9:4711 ${rest}`,
    sockets: ['stream 127.0.0.1:4711', 'stream 10.9.9.9:4711'],
    codes: [],
  },
  {
    number: 25,
    because: 'an unknown name costs only itself',
    text: `nosuch.invalid,127.0.0.1:4711 ${rest}`,
    sockets: ['stream 127.0.0.1:4711'],
    rejected: [],
    codes: ['inetd/unknown-host'],
  },
  {
    number: 26,
    because: 'IPv6 in brackets',
    text: '[::1]:4711 stream tcp6 nowait root /bin/x x',
    sockets: ['stream [::1]:4711'],
    codes: [],
  },
  {
    number: 27,
    because: 'IPv6 without brackets',
    text: '::1:4711 stream tcp6 nowait root /bin/x x',
    sockets: ['stream [::1]:4711'],
    codes: [],
  },
  {
    number: 28,
    because: 'no host before the colon',
    text: `:4711 ${rest}`,
    sockets: ['stream 0.0.0.0:4711'],
    codes: [],
  },
  {
    number: 29,
    because: '* under a default host',
    text: `127.0.0.1:\n*:4711 ${rest}`,
    sockets: ['stream 0.0.0.0:4711'],
    codes: [],
  },
  {
    number: 30,
    because: 'a default host',
    text: `127.0.0.1:\n4711 ${rest}`,
    sockets: ['stream 127.0.0.1:4711'],
    codes: [],
  },
  {
    number: 31,
    because: '*: ends it',
    text: `127.0.0.1:\n4711 ${rest}\n*:\n4712 ${rest}`,
    sockets: ['stream 127.0.0.1:4711', 'stream 0.0.0.0:4712'],
    codes: [],
  },
  {
    number: 32,
    because: 'a list as default',
    text: `127.0.0.1,10.9.9.9:\n4711 ${rest}`,
    sockets: ['stream 127.0.0.1:4711', 'stream 10.9.9.9:4711'],
    codes: [],
  },
  {
    number: 33,
    because: 'a comment behind a default host',
    text: `127.0.0.1:   # text\n4711 ${rest}`,
    sockets: ['stream 127.0.0.1:4711'],
    codes: [],
  },
  {
    number: 34,
    because: 'a blank behind the colon',
    text: `127.0.0.1: 4711 ${rest}`,
    sockets: ['stream 127.0.0.1:4711'],
    codes: [],
  },
  {
    number: 36,
    because: 'every address of a name',
    text: `two.example:4711 ${rest}`,
    sockets: ['stream 10.9.9.8:4711', 'stream 10.9.9.9:4711'],
    codes: [],
  },
  {
    number: 37,
    because: 'a name and its port',
    text: `daytime ${rest}\n13 dgram udp4 wait root /bin/y y`,
    sockets: ['stream 0.0.0.0:13', 'dgram 0.0.0.0:13'],
    codes: [],
  },
  ...(
    [
      ['0', 'inetd/bad-port'],
      ['65536', 'inetd/bad-port'],
      ['0x59da', 'inetd/unknown-service'],
    ] as const
  ).map(([port, code]) => ({
    number: 38,
    because: `${port} is no port`,
    text: `${port} ${rest}`,
    sockets: [],
    rejected: [1],
    codes: [code],
  })),
  {
    number: 39,
    because: 'leading zeros',
    text: `023003 ${rest}`,
    sockets: ['stream 0.0.0.0:23003'],
    codes: [],
  },
  {
    number: 40,
    because: 'an unknown service, others work',
    text: `nosuchsvc ${rest}\n4711 ${rest}`,
    sockets: ['stream 0.0.0.0:4711'],
    rejected: [1],
    codes: ['inetd/unknown-service'],
  },
  {
    number: 41,
    because: 'a builtin by its port',
    text: '7 stream tcp4 nowait root internal',
    argv: [['echo']],
    codes: [],
  },
  ...(['bsd', 'debian', 'netbsd', 'gnu', 'busybox', 'solaris'] as const).map((dialect) => ({
    number: 41,
    because: `${dialect} wants the name`,
    text: '7 stream tcp nowait root internal',
    dialect,
    argv: [],
    rejected: [1],
    codes: ['inetd/unknown-builtin'],
  })),
  {
    number: 42,
    because: 'port and *:port',
    text: `4711 ${rest}\n*:4711 stream tcp4 nowait root /bin/y y`,
    argv: [['y']],
    sockets: ['stream 0.0.0.0:4711'],
    codes: ['inetd/duplicate'],
  },
  {
    number: 43,
    because: 'port and 0.0.0.0:port',
    text: `4711 ${rest}\n0.0.0.0:4711 stream tcp4 nowait root /bin/y y`,
    argv: [['y']],
    sockets: ['stream 0.0.0.0:4711'],
    codes: ['inetd/duplicate'],
  },
  {
    number: 44,
    because: 'stream and dgram',
    text: 'echo stream tcp4 nowait root internal\necho dgram udp4 wait root internal',
    sockets: ['stream 0.0.0.0:7', 'dgram 0.0.0.0:7'],
    codes: [],
  },
];

describe('Hosts and services of inetd.conf', () => {
  it.each(cases)('case $number (reading): $because', async (row) => {
    expect(await readingOf(row)).toEqual(expectationOf(row));
  });

  it('case 35 (reading): a default host ends with its file', async () => {
    const tree = { '/a': '127.0.0.1:\n', '/b': `4711 ${rest}\n` };
    const loaded = await loadInetd(['/a', '/b'], settingsOf(), fixtureNames(), memoryFiles(tree));
    expect(loaded.services.map(({ name }) => name)).toEqual(['4711/tcp4']);
  });

  it.each([
    ['[::1', 'no closing bracket'],
    ['a b', 'two words are too many fields of their own'],
    ['bad!host', 'no name has such a character'],
    ['127.0.0.1,', 'nothing behind the comma'],
  ])('reports %s: %s', async (host) => {
    const { codes } = await readingOf({
      because: '',
      text: `${host.replace(' ', '!')}:4711 ${rest}`,
      codes: [],
    });
    expect(codes).toEqual(['inetd/bad-host']);
  });

  it('knows an IPv6 address again however it is spelt', async () => {
    const text =
      '[::1]:80 stream tcp6 nowait root /bin/x x\n[0:0:0:0:0:0:0:001]:80 stream tcp6 nowait root /bin/y y\n';
    const row = {
      because: '',
      text,
      sockets: ['stream [::1]:80'],
      argv: [['y']],
      codes: ['inetd/duplicate'],
    };
    expect(await readingOf(row)).toEqual(expectationOf(row));
  });

  it('serves -a instead of every address, and refuses one that is none', async () => {
    const text = `4711 ${rest}\n`;
    const row = {
      because: '',
      text,
      settings: { bindAddress: '127.0.0.1' },
      sockets: ['stream 127.0.0.1:4711'],
      codes: [],
    };
    expect(await readingOf(row)).toEqual(expectationOf(row));
    const settings = settingsOf('auto', { bindAddress: 'not!a!host' });
    const refused = await loadInetd(['/a'], settings, fixtureNames(), memoryFiles({ '/a': text }));
    expect(refused.services).toEqual([]);
    expect(refused.unreadable).toEqual([{ file: '-a not!a!host', code: 'EINVAL' }]);
  });
});
