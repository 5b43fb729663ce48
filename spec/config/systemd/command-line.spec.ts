// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of units look the same
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCommandLine } from '../../../lib/config/systemd/text/command-line.ts';
import { expand } from '../../../lib/config/systemd/text/specifiers.ts';
import { substitute } from '../../../lib/config/systemd/text/substitute.ts';
import { specifierContext } from './context.ts';
import { readUnit } from './read.ts';

const parse = (text: string) =>
  parseCommandLine(text, (word) => expand(word, specifierContext('foo@x.service')));
const argvs = (text: string) => parse(text).commands.map(({ argv }) => argv);

describe('The commands of a line', () => {
  // biome-ignore format: a table
  it.each([
    { text: '/bin/echo one two', argvs: [['/bin/echo', 'one', 'two']] },
    { text: 'a ; /b', argvs: [['a'], ['/b']] },
    { text: '/bin/echo one ; /bin/echo two', argvs: [['/bin/echo', 'one'], ['/bin/echo', 'two']] },
    { text: '/bin/echo a;b \\; ";" "\\\\;" ;', argvs: [['/bin/echo', 'a;b', ';', ';', '\\;']] },
    { text: '/bin/x "two words" \'$A\' \\x41', argvs: [['/bin/x', 'two words', '$A', 'A']] },
    { text: '/bin/%p %i %%', argvs: [['/bin/foo', 'x', '%']] },
    { text: 'sh -c x', argvs: [['sh', '-c', 'x']] },
    { text: '"/bin/with blank" x', argvs: [['/bin/with blank', 'x']] },
    { text: '/bin//x/./y', argvs: [['/bin//x/./y']] },
  ])('$text', ({ text, argvs: expected }) => {
    expect(argvs(text)).toEqual(expected);
    expect(parse(text).remarks).toEqual([]);
  });

  it('C-009 (reading): a comment between the words of joined lines', () => {
    const [first] = readUnit('[Socket]\nExecStartPre=a \\\n# c\nb\n').assignments;
    expect(argvs(first?.value.text ?? '')).toEqual([['a', 'b']]);
  });

  it('C-024 (reading): @ gives argv[0]', () => {
    expect(parse('@/p name arg').commands).toMatchObject([{ program: '/p', argv: ['name', 'arg'] }]);
  });

  it('C-025 (reading): a lone semicolon separates commands', () => {
    expect(argvs('/bin/echo one ; /bin/echo two')).toHaveLength(2);
    expect(argvs('/bin/echo a;b \\;')).toEqual([['/bin/echo', 'a;b', ';']]);
  });

  it('C-026 (reading): unknown escapes are kept with a warning', () => {
    const { commands, remarks } = parse('/p six\\ seven bad\\qescape');
    expect(commands).toMatchObject([{ argv: ['/p', 'six\\ seven', 'bad\\qescape'] }]);
    expect(remarks).toMatchObject([
      { fatal: false, start: 6 },
      { fatal: false, start: 17 },
    ]);
  });

  it('C-028 (reading): a bare name stays one', () => {
    expect(parse('sh -c x').commands).toMatchObject([{ program: 'sh', argv: ['sh', '-c', 'x'] }]);
  });

  it('the path is written plainly, argv[0] as it was', () => {
    expect(parse('/bin//./x').commands).toMatchObject([{ program: '/bin/x', argv: ['/bin//./x'] }]);
  });

  // biome-ignore format: a table
  it.each([
    { text: '/p', marks: { ignoreFailure: false, substitute: true, privileges: 'unit' } },
    { text: '-/p', marks: { ignoreFailure: true, program: '/p' } },
    { text: ':/p', marks: { substitute: false } },
    { text: '+/p', marks: { privileges: 'full' } },
    { text: '!/p', marks: { privileges: 'keep-user' } },
    { text: '!!/p', marks: { privileges: 'unit', program: '/p' } },
    { text: '-:@+/p n', marks: { ignoreFailure: true, substitute: false, privileges: 'full', program: '/p', argv: ['n'] } },
    { text: '+:-/p', marks: { ignoreFailure: true, substitute: false, privileges: 'full', program: '/p' } },
    { text: '|echo $A "two words"', marks: { program: '/bin/sh', shell: true, argv: ['sh', '-c', 'echo $A two words'] } },
    { text: '@|echo', marks: { program: '/bin/sh', shell: true, argv: ['-sh', '-c', 'echo'] } },
    { text: '| echo x', marks: { argv: ['sh', '-c', 'echo x'] } },
  ])('$text', ({ text, marks }) => {
    expect(parse(text).commands).toMatchObject([marks]);
  });

  // biome-ignore format: a table
  it.each([
    { text: 'bin/rel', because: 'a relative path' },
    { text: '/bin/', because: 'a directory' },
    { text: '/bin/..', because: 'a directory' },
    { text: '..', because: 'a directory' },
    { text: '@', because: 'no path' },
    { text: '@/p', because: 'no argv[0]' },
    { text: '|', because: 'nothing for the shell' },
    { text: '@@/p x', because: 'a prefix twice' },
    { text: '+!/p', because: 'two privileges' },
    { text: '!+/p', because: 'two privileges' },
    { text: '"/bin/a\\tb"', because: 'special characters' },
    { text: '/bin/x "unbalanced', because: 'an open quote' },
    { text: '"/bin/x', because: 'an open quote around the path' },
    { text: '/bin/%Q', because: 'an unknown specifier in the path' },
    { text: '/bin/x %Q', because: 'an unknown specifier in an argument' },
    { text: `/${'x'.repeat(4096)}`, because: 'a path that is too long' },
  ])('a unit is refused for $because', ({ text }) => {
    const { commands, remarks } = parse(text);
    expect([commands, remarks.filter(({ fatal }) => fatal).length]).toEqual([[], 1]);
  });

  it('C-027 (reading): a relative path with a slash', () => {
    expect(parse('rel/path').remarks).toMatchObject([{ fatal: true, start: 0, end: 8 }]);
  });

  it.each(['-rel/path', '--/p', '-/bin/x "y', '-/bin/x %Q', '-'])('- makes it a warning: %s', (text) => {
    const { commands, remarks } = parse(`/a ; ${text}`);
    expect(commands.map(({ program }) => program)).toEqual(['/a']);
    expect(remarks.map(({ fatal }) => fatal)).toEqual([false]);
  });

  it('C-023 (reading): with : nothing is substituted', () => {
    expect(parse(':/p $A ${A}').commands).toMatchObject([{ substitute: false, argv: ['/p', '$A', '${A}'] }]);
  });

  it('is read from any text, with remarks that lie in it', () => {
    const pieces = [
      '/bin/x',
      'a',
      ' ',
      ' ; ',
      '\\;',
      ';',
      '"',
      "'",
      '\\',
      '%',
      '%i',
      '%Q',
      '-',
      '@',
      ':',
      '+',
      '!',
      '|',
      '$A',
      'é',
      '\0',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        const { commands, remarks } = parse(text);
        for (const { argv } of commands) expect(argv.length).toBeGreaterThan(0);
        for (const { start, end } of remarks) expect(start < end && end <= text.length).toBe(true);
      }),
    );
  });
});

describe('Variables in the words of a command', () => {
  const values: Readonly<Record<string, string>> = {
    A: '1',
    B: 'two words',
    Q: `'a b' "c`,
    E: '',
    S: 'a\\ b',
  };
  const fill = (...words: readonly string[]) => substitute(['p', ...words], (name) => values[name]);

  // biome-ignore format: a table
  it.each([
    { word: '${A}', words: ['1'] },
    { word: '${B}', words: ['two words'] },
    { word: '$B', words: ['two', 'words'] },
    { word: 'x${A}y${A}', words: ['x1y1'] },
    { word: 'x$A', words: ['x$A'] },
    { word: '$$A', words: ['$A'] },
    { word: '$${A}', words: ['${A}'] },
    { word: '$$$$', words: ['$$'] },
    { word: '$Q', words: ['a b', 'c'] },
    { word: '$S', words: ['a b'] },
    { word: '$E', words: [] },
    { word: '${E}', words: [''] },
    { word: '${A', words: ['${A'] },
    { word: 'plain', words: ['plain'] },
  ])('$word', ({ word, words }) => {
    expect(fill(word)).toEqual({ argv: ['p', ...words], unset: [] });
  });

  it('C-022 (reading): all kinds in a row', () => {
    const [command] = parse('/p ${A} $B "$B" x${A}y x$A $$A $${A}').commands;
    const { argv } = substitute(command?.argv ?? [], (name) => values[name]);
    expect(argv.slice(1)).toEqual(['1', 'two', 'words', 'two', 'words', 'x1y', 'x$A', '$A', '${A}']);
  });

  it('unset ones are empty, and told', () => {
    expect(fill('$UNSET', '${UNSET}', '$A-b', 'x${NO}')).toEqual({
      argv: ['p', '', 'x'],
      unset: ['UNSET', 'A-b', 'NO'],
    });
  });

  it('argv[0] stays', () => {
    expect(substitute(['$A', '${A}'], (name) => values[name]).argv).toEqual(['$A', '1']);
  });

  it('values are not read again', () => {
    expect(substitute(['p', '${X}', '$X'], () => '${A} $$').argv).toEqual(['p', '${A} $$', '${A}', '$$']);
  });
});
