import { describe, expect, it } from '@jest/globals';
import { type Diagnostic, Diagnostics } from '../../lib/diagnostics/diagnostic.ts';
import { positionAt, render, toJson } from '../../lib/diagnostics/render.ts';

/** A diagnostic on the part of a text between two marks `«` and `»`. */
function on(marked: string, file = 'inetd.conf'): Diagnostic {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  const diagnostics = new Diagnostics({ file, text: marked.replace(/[«»]/g, '') });
  diagnostics.error('inetd/bad-wait', { start, end }, "'noway' is wrong", 'write it');
  return diagnostics.all[0] as Diagnostic;
}

describe('A diagnostic as text', () => {
  it('says where, what, which rule and what to do', () => {
    expect(render(on('ftp stream tcp «noway» root /usr/sbin/ftpd ftpd\n'))).toBe(
      [
        "inetd.conf:1:16: error: 'noway' is wrong [inetd/bad-wait]",
        '1 | ftp stream tcp noway root /usr/sbin/ftpd ftpd',
        '  |                ^^^^^',
        '  = help: write it',
      ].join('\n'),
    );
  });

  it.each([
    {
      because: 'a tab goes to the next eighth column',
      text: 'ftp\t«x»',
      line: 'ftp     x',
      underline: '        ^',
    },
    {
      because: 'a marked tab is as wide as it looks',
      text: 'ab«\t»c',
      line: 'ab      c',
      underline: '  ^^^^^^',
    },
    { because: 'a control character is escaped', text: 'a\x1b[«m»', line: 'a\\x1b[m', underline: '      ^' },
    { because: 'a direction mark is escaped', text: 'a\u202e«m»', line: 'a\\u202em', underline: '       ^' },
    { because: 'nothing is marked by a caret', text: 'ab «»', line: 'ab', underline: '   ^' },
    { because: 'only the first line is marked', text: 'a «b\nc» d', line: 'a b', underline: '  ^' },
    { because: 'the CR of the line end is escaped', text: '«a»\r\nb', line: 'a\\x0d', underline: '^' },
  ])('$because', ({ text, line, underline }) => {
    const [, shown, under] = render(on(text)).split('\n');
    expect(shown).toBe(`1 | ${line}`);
    expect(under).toBe(`  | ${underline}`);
  });

  it('makes the gutter as wide as the number of the line', () => {
    const lines = render(on(`${'\n'.repeat(99)}a «b»`)).split('\n');
    expect(lines.slice(1, 3)).toEqual(['100 | a b', '    |   ^']);
  });

  it('cuts a long line around what is marked', () => {
    const [, shown = '', under = ''] = render(on(`${'a'.repeat(100_000)}«bcd»${'e'.repeat(100_000)}`)).split(
      '\n',
    );
    expect(shown.length).toBeLessThan(120);
    expect(shown.slice(under.indexOf('^'), under.lastIndexOf('^') + 1)).toBe('bcd');
    expect(shown.startsWith('1 | … a')).toBe(true);
    expect(shown.endsWith('e …')).toBe(true);
  });

  it('counts columns in characters', () => {
    expect(render(on('é😀 «x»'))).toContain('inetd.conf:1:4:');
  });

  it('leaves the frame out where there is no text, and escapes the name of the file', () => {
    const diagnostics = new Diagnostics({ file: 'a\nb', text: '' });
    diagnostics.note('inetd/ipsec', { start: 0, end: 0 }, 'm');
    expect(diagnostics.all.map((diagnostic) => render(diagnostic))).toEqual([
      'a\\x0ab:1:1: note: m [inetd/ipsec]',
    ]);
  });

  it('is coloured only if asked', () => {
    expect(render(on('«x»'))).not.toContain('\x1b');
    expect(render(on('«x»'), { colours: true })).toContain('\x1b[1;31merror\x1b[0m');
  });
});

describe('A diagnostic for programs', () => {
  it('has positions that count from 1', () => {
    expect(toJson(on('a\nb «cd\ne» f'))).toEqual({
      severity: 'error',
      code: 'inetd/bad-wait',
      message: "'noway' is wrong",
      help: 'write it',
      file: 'inetd.conf',
      line: 2,
      column: 3,
      endLine: 3,
      endColumn: 2,
    });
  });

  it.each([
    [0, 1, 1],
    [2, 1, 3],
    [3, 2, 1],
    [4, 2, 2],
  ])('offset %i of two lines is %i:%i', (offset, line, column) => {
    expect(positionAt({ file: 'x', text: 'ab\nc' }, offset)).toEqual({ line, column });
  });
});
