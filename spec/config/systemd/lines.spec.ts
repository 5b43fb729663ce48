import { describe, expect, it } from '@jest/globals';
import { placeIn } from '../../../lib/config/systemd/text/joined.ts';
import { readUnit } from './read.ts';

const long = (bytes: number) => `[Socket]\nA=${'x'.repeat(bytes)}\n`;

describe('The text of a unit file', () => {
  it.each([
    {
      because: 'key and value are trimmed around the first =',
      text: '[Socket]\n \tA \t= b = c \t\n',
      lines: ['Socket.A=b = c'],
    },
    { because: 'an empty value stays', text: '[Socket]\nA=\n', lines: ['Socket.A='] },
    { because: 'the last line needs no end', text: '[Socket]\nA=1', lines: ['Socket.A=1'] },
    {
      because: 'comments begin with # or ;',
      text: '# c\n[Socket]\n \t; A=1\n#\nA=1\n',
      lines: ['Socket.A=1'],
    },
    {
      because: 'there are no comments behind a value',
      text: '[Socket]\nBacklog=5 # x\n',
      lines: ['Socket.Backlog=5 # x'],
    },
    {
      because: 'a section may come twice',
      text: '[Socket]\nA=1\n[Unit]\nB=2\n[Socket]\nA=3\n',
      lines: ['Socket.A=1', 'Unit.B=2', 'Socket.A=3'],
    },
    {
      because: 'C-003 (reading): X- keys and sections are kept in silence',
      text: '[Socket]\nX-Foo=1\n[X-Bar]\nA=1\n',
      lines: ['Socket.X-Foo=1', 'X-Bar.A=1'],
    },
    {
      because: 'C-006 (reading): a byte order mark and CR LF',
      text: '\ufeff[Socket]\r\nA=1\r\nB=2 \\\r\n 3\r\n',
      lines: ['Socket.A=1', 'Socket.B=2   3'],
    },
    { because: 'a lone CR ends a line', text: '[Socket]\rA=1\rB=2', lines: ['Socket.A=1', 'Socket.B=2'] },
    {
      because: 'C-008 (reading): a backslash, an empty line',
      text: '[Socket]\nListenStream=25086\\\n\n',
      lines: ['Socket.ListenStream=25086'],
    },
    { because: 'a backslash at the end of the file', text: '[Socket]\nA=1\\', lines: ['Socket.A=1'] },
    {
      because: 'C-009 (reading): comments between continued lines',
      text: '[Socket]\nA=a \\\n# c\n ; d \\\nb\nB=1\n',
      lines: ['Socket.A=a  b', 'Socket.B=1'],
    },
    {
      because: 'C-010 (reading): leading blanks of a continued line',
      text: '[Socket]\nA="M=multi \\\n  line"\n',
      lines: ['Socket.A="M=multi    line"'],
    },
    {
      because: 'an empty line ends the joining',
      text: '[Socket]\nA=1 \\\n\nB=2\n',
      lines: ['Socket.A=1', 'Socket.B=2'],
    },
    {
      because: 'two backslashes do not continue',
      text: '[Socket]\nA=1 \\\\\nB=2 \\\\\\\n3\n',
      lines: ['Socket.A=1 \\\\', 'Socket.B=2 \\\\ 3'],
    },
    {
      because: 'a continued header',
      text: '[Soc\\\nket]\nA=1\n',
      lines: [],
      said: ['1: unit/unknown-section'],
    },
    {
      because: 'C-002 (reading): nothing of an unknown section',
      text: '[Bogus]\nListenStream=1\nabc\n[Socket]\nA=1\n',
      lines: ['Socket.A=1'],
      said: ['1: unit/unknown-section'],
    },
    {
      because: 'sections have their letter case',
      text: '[socket]\nA=1\n',
      lines: [],
      said: ['1: unit/unknown-section'],
    },
    {
      because: 'C-004 (reading): three warnings',
      text: 'A=1\n[Socket]\nabc\n=1\nB=2\n',
      lines: ['Socket.B=2'],
      said: ['1: unit/no-section', '3: unit/no-equals', '4: unit/no-key'],
    },
    {
      because: 'C-012 (reading): NUL ends a line',
      text: '[Socket]\nDescription=has\0nul\n',
      lines: ['Socket.Description=has'],
      said: ['2: unit/no-equals'],
    },
  ])('$because', ({ text, lines, said = [] }) => {
    expect(readUnit(text)).toMatchObject({ lines, said, problem: null });
  });

  it.each([
    {
      because: 'C-005 (reading): a header without its bracket',
      text: '[Unit]\nA=1\n[Socket\nB=2\n',
      line: 3,
    },
    { because: 'a header with something behind it', text: '[Socket] x\n', line: 1 },
    { because: 'C-011 (reading): invalid UTF-8', text: Buffer.from('[Socket]\nA=\xff\n', 'latin1'), line: 2 },
    { because: 'C-007 (reading): a line of 1.1 MB', text: long(1_100_000), line: 2 },
    { because: 'a comment of 1.1 MB', text: `#${long(1_100_000).slice(12)}`, line: 1 },
    {
      because: 'a joined line of 1.1 MB',
      text: `[Socket]\nA=${`${'x'.repeat(999)}\\\n`.repeat(1100)}`,
      line: 1050,
    },
    { because: 'bytes count, no characters', text: `[Socket]\nA=${'€'.repeat(360_000)}`, line: 2 },
  ])('cannot be used at all: $because', ({ text, line }) => {
    const { lines, said, problem } = readUnit(text);
    expect([lines, said]).toEqual([[], [`${line}: unit/unreadable-text`]]);
    expect(problem).not.toBeNull();
  });

  it.each([
    { because: 'a line of exactly 1 MiB', text: long(2 ** 20 - 2) },
    { because: 'invalid UTF-8 in a comment', text: Buffer.from('# \xe9t\xe9\n[Socket]\nA=1\n', 'latin1') },
    { because: 'a U+FFFD that is written', text: '[Socket]\nA=\ufffd\n' },
  ])('can be used: $because', ({ text }) => {
    expect(readUnit(text)).toMatchObject({ said: [], problem: null });
  });

  it('knows where the parts of a joined value stand', () => {
    const text = '[Socket]\nA= one \\\n# c\n  two \\\nthree\n';
    const { assignments } = readUnit(text);
    const value = assignments[0]?.value ?? { text: '', pieces: [] };
    const at = (word: string) => {
      const start = value.text.indexOf(word);
      const span = placeIn(value, start, start + word.length);
      return text.slice(span.start, span.end);
    };
    expect(['one', 'two', 'three'].map(at)).toEqual(['one', 'two', 'three']);
    expect(text.slice(placeIn(value).start, placeIn(value).end)).toBe('one \\\n# c\n  two \\\nthree');
    expect(assignments[0]).toMatchObject({ line: 2, keySpan: { start: 9, end: 10 } });
  });

  it('takes time that grows with the text alone', () => {
    const joined = `[Socket]\nA=${'x\\\n'.repeat(300_000)}\n`;
    const many = `[Socket]\n${'A=1\\\n#\n'.repeat(200_000)}`;
    expect(readUnit(joined).lines[0]).toHaveLength(600_008);
    expect(readUnit(many).lines).toHaveLength(1);
    expect(readUnit(`[Socket]\n${'A=1\n'.repeat(200_000)}`).lines).toHaveLength(200_000);
  });
});
