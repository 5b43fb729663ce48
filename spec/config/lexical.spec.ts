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

const entry = '4711 stream tcp4 nowait root /bin/x x';
const v4 = 'stream 0.0.0.0:4711';

const cases: readonly (ReadingCase & { readonly number: number })[] = [
  { number: 1, because: 'a comment is nothing', text: `#${entry}\n`, sockets: [], codes: [] },
  {
    number: 2,
    because: '# within a line is an argument',
    text: '4711 stream tcp4 nowait root /bin/x a one#x #y\n',
    argv: [['a', 'one#x', '#y']],
    codes: ['inetd/hash-word'],
  },
  ...(['busybox', 'solaris'] as const).map((dialect) => ({
    number: 2,
    because: `${dialect} cuts at #`,
    text: '4711 stream tcp nowait root /bin/x a one#x #y\n',
    dialect,
    argv: [['a', 'one']],
    codes: [],
  })),
  { number: 3, because: 'blanks before the first entry', text: `   ${entry}\n`, sockets: [v4], codes: [] },
  {
    number: 4,
    because: 'an indented line continues',
    text: `${entry}\n\textra1 extra2\n`,
    argv: [['x', 'extra1', 'extra2']],
    codes: [],
  },
  {
    number: 5,
    because: 'an entry is broken in the middle',
    text: '4711 stream tcp4 nowait\n\troot /bin/x a\n',
    argv: [['a']],
    rejected: [],
    codes: [],
  },
  {
    number: 5,
    because: 'gnu has two bad lines',
    text: '4711 stream tcp4 nowait\n\troot /bin/x a\n',
    dialect: 'gnu',
    rejected: [1, 2],
    codes: ['inetd/too-few-fields', 'inetd/too-few-fields'],
  },
  {
    number: 6,
    because: 'both families have the continuation',
    text: '4711 stream tcp nowait\n\troot /bin/x a\n',
    sockets: [v4, 'stream [::]:4711'],
    argv: [['a']],
    codes: [],
  },
  {
    number: 6,
    because: 'Debian has the same pair',
    text: '4711 stream tcp nowait\n\troot /bin/x a\n',
    dialect: 'debian',
    sockets: [v4, 'stream [::]:4711'],
    codes: [],
  },
  ...(['auto', 'bsd', 'gnu', 'busybox'] as const).map((dialect) => ({
    number: 7,
    because: `an indented comment is no argument in ${dialect}`,
    text: '4711 stream tcp nowait root /bin/x x\n  # two three four five six seven\n',
    dialect,
    argv: [['x']],
    rejected: [],
    codes: [],
  })),
  {
    number: 8,
    because: 'an indented complete entry is an entry',
    text: `${entry}\n\t4712 stream tcp4 nowait root /bin/y y\n`,
    argv: [['x'], ['y']],
    codes: ['inetd/indented-entry'],
  },
  {
    number: 8,
    because: 'bsd has arguments',
    text: `${entry}\n\t4712 stream tcp4 nowait root /bin/y y\n`,
    dialect: 'bsd',
    argv: [['x', '4712', 'stream', 'tcp4', 'nowait', 'root', '/bin/y', 'y']],
    codes: [],
  },
  { number: 9, because: 'CR LF', text: `${entry}\r\n# c\r\n\r\n`, argv: [['x']], codes: [] },
  { number: 10, because: 'no newline at the end', text: entry, sockets: [v4], codes: [] },
  {
    number: 11,
    because: '3000 bytes',
    text: `${entry} ${'y'.repeat(3000)}\n`,
    argv: [['x', 'y'.repeat(3000)]],
    codes: [],
  },
  {
    number: 12,
    because: '25 arguments',
    text: `4711 stream tcp4 nowait root /bin/x ${'a '.repeat(25)}\n`,
    argv: [Array<string>(25).fill('a')],
    codes: [],
  },
  {
    number: 13,
    because: 'argv[0] is the basename',
    text: '4711 stream tcp4 nowait root /path/ARGS\n',
    argv: [['ARGS']],
    codes: [],
  },
  {
    number: 14,
    because: 'quotes group',
    text: `${entry} 'b c' "d e"\n`,
    argv: [['x', 'b c', 'd e']],
    codes: ['inetd/quoted-word', 'inetd/quoted-word'],
  },
  ...(['bsd', 'debian', 'busybox'] as const).map((dialect) => ({
    number: 14,
    because: `${dialect} keeps quotes`,
    text: '4711 stream tcp nowait root /bin/x x \'b c\' "d e"\n',
    dialect,
    argv: [['x', "'b", "c'", '"d', 'e"']],
    codes: [],
  })),
  ...(
    [
      ['auto', ['x', 'e"f', 'g"h']],
      ['gnu', ['x', 'e', 'f g', 'h']],
      ['netbsd', ['x', 'ef gh']],
      ['freebsd', ['x', 'e"f', 'g"h']],
    ] as const
  ).map(([dialect, argv]) => ({
    number: 15,
    because: `quotes in mid-word, ${dialect}`,
    text: `${entry} e"f g"h\n`,
    dialect,
    argv: [argv],
    codes: [],
  })),
  ...(['auto', 'gnu'] as const).map((dialect) => ({
    number: 16,
    because: `an empty argument, ${dialect}`,
    text: `${entry} "" b\n`,
    dialect,
    argv: [['x', '', 'b']],
    codes: dialect === 'auto' ? ['inetd/quoted-word'] : [],
  })),
  ...(['auto', 'gnu'] as const).map((dialect) => ({
    number: 17,
    because: `a quote without a partner, ${dialect}`,
    text: `${entry} "b\n`,
    dialect,
    argv: [['x', '"b']],
    codes: [],
  })),
  {
    number: 18,
    because: 'a backslash joins',
    text: `${entry} \\\nmore\n`,
    argv: [['x', 'more']],
    codes: ['inetd/joined-line'],
  },
  ...(['bsd', 'gnu'] as const).map((dialect) => ({
    number: 18,
    because: `a backslash is a word in ${dialect}`,
    text: `${entry} \\\n4712 stream tcp4 nowait root /bin/y y\n`,
    dialect,
    argv: [['x', '\\'], ['y']],
    codes: [],
  })),
  { number: 19, because: 'blank lines', text: `\n  \n${entry}\n \t \n\n`, sockets: [v4], codes: [] },
  { number: 20, because: 'an empty file', text: '', sockets: [], rejected: [], codes: [] },
  {
    number: 22,
    because: 'five fields; the next entry works',
    text: `4710 stream tcp4 nowait root\n${entry}\n`,
    sockets: [v4],
    rejected: [1],
    codes: ['inetd/too-few-fields'],
  },
];

describe('Lines and words of inetd.conf', () => {
  it.each(cases)('case $number (reading): $because', async (row) => {
    expect(await readingOf(row)).toEqual(expectationOf(row));
  });

  it('case 21 (reading): a file that does not exist is told by its errno', async () => {
    const loaded = await loadInetd(['/etc/inetd.conf'], settingsOf(), fixtureNames(), memoryFiles({}));
    expect(loaded.unreadable).toEqual([{ file: '/etc/inetd.conf', code: 'ENOENT' }]);
  });

  it.each([
    { text: `${entry} a\0b\n`, code: 'inetd/nul-byte' },
    { text: `${entry} a\ufffdb\n`, code: 'inetd/not-utf8' },
  ])('refuses bytes that no argument can hold: $code', async ({ text, code }) => {
    const loaded = await loadText(text);
    expect(loaded.diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(loaded.rejected).toHaveLength(1);
    expect(loaded.diagnostics[0]?.span.start).toBe(text.lastIndexOf('a') + 1);
  });

  it('ends a continuation at an empty line, not at one of blanks or a comment behind blanks', async () => {
    const text = `${entry}\n \n  # c\n\tmore\n\n\ttoo few\n`;
    const row = { because: '', text, argv: [['x', 'more']], rejected: [6], codes: ['inetd/too-few-fields'] };
    expect(await readingOf(row)).toEqual(expectationOf(row));
  });

  it('tells where the words of joined lines stand', async () => {
    const text = '4711 stream tcp4 no\\\nwait root bad/program x\n';
    const loaded = await loadText(text);
    const wrong = loaded.diagnostics.find(({ code }) => code === 'inetd/relative-program');
    expect(text.slice(wrong?.span.start, wrong?.span.end)).toBe('bad/program');
  });
});
