/** How the text of hosts.allow and hosts.deny is cut into rules, and what is said about it. */

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadHosts } from '../../../lib/access/hosts/load.ts';
import { parseHosts } from '../../../lib/access/hosts/parse.ts';
import { DEFAULT_SETTINGS, type WordLists } from '../../../lib/access/hosts/rule.ts';
import { file } from './asking.ts';

const strict = { ...DEFAULT_SETTINGS, strict: true };

function parse(text: string, settings = DEFAULT_SETTINGS) {
  return parseHosts({ file: 'hosts.allow', text }, settings);
}

/** The rules as one line each, lists as words, EXCEPT as a minus. */
function shown(text: string, settings = DEFAULT_SETTINGS): readonly string[] {
  const list = (lists: WordLists) =>
    lists.map((words) => words.map((word) => word.text).join('+')).join(' - ');
  return parse(text, settings).value.rules.map(({ place, daemons, clients, options }) => {
    const behind = options === null ? '' : ` ${JSON.stringify(options.map((option) => option.text))}`;
    return `${place.line} ${list(daemons)} ${list(clients)}${behind}`;
  });
}

/** Each remark as `severity code`, with the text that it underlines. */
function said(text: string, settings = DEFAULT_SETTINGS): readonly string[] {
  return parse(text, settings).diagnostics.map(
    ({ severity, code, span }) => `${severity} ${code} ${JSON.stringify(text.slice(span.start, span.end))}`,
  );
}

describe('rules', () => {
  it.each([
    { text: 'a: b\n', rules: ['1 a b'] },
    { text: '\n  \n#x: y\na,b c\t,d:e\n', rules: ['4 a+b+c+d e'] },
    { text: 'a: b EXCEPT c d except e\n', rules: ['1 a b - c+d - e'] },
    { text: 'a: b: allow : x y :\n', rules: ['1 a b ["allow","x y",""]'] },
    { text: 'a: b:\n', rules: ['1 a b [""]'] },
    { text: 'a: b: setenv A x\\:y : deny\n', rules: ['1 a b ["setenv A x:y","deny"]'] },
    { text: 'a: [2001:db8::]/32 [::1] : deny\n', rules: ['1 a [2001:db8::]/32+[::1] ["deny"]'] },
    { text: 'a: \\\n  b \\\n c\nd: e\n', rules: ['1 a b+c', '4 d e'] },
    { text: 'a: b\\\nc\n', rules: ['1 a bc'] },
    { text: 'a: b\r\n', rules: ['1 a b'] },
    { text: 'a: b # c\n', rules: ['1 a b+#+c'] },
    { text: 'a\\:x: 2001\\:db8\\:\\:5\n', rules: ['1 a:x 2001:db8::5'] },
    { text: 'a: b', rules: ['1 a b'] },
    { text: 'a: b\n\\\n', rules: ['1 a b'] },
  ])('%j', ({ text, rules }) => expect(shown(text)).toEqual(rules));

  it.each([
    { text: 'a: b # c: d\n', rules: ['1 a b'] },
    { text: 'a: b \\# c # d\n', rules: ['1 a b+\\#+c'] },
    { text: ' # a: b\n', rules: [] },
  ])("FreeBSD's comments: %j", ({ text, rules }) => {
    expect(shown(text, { ...DEFAULT_SETTINGS, hash: 'comment' })).toEqual(rules);
  });

  it.each([
    { text: 'a: b\nc: d', rules: ['1 a b'], broken: true },
    { text: `a: b\nc: ${'x '.repeat(1100)}\ne: f\n`, rules: ['1 a b'], broken: true },
    { text: 'a: b \\\n', rules: [], broken: true },
    { text: 'a: b\n\\\n', rules: ['1 a b'], broken: false },
    { text: 'a\\:x: b\n', rules: ['1 a\\ x ["b"]'], broken: false },
  ])('strict: %j', ({ text, rules, broken }) => {
    expect(shown(text, strict)).toEqual(rules);
    expect(parse(text, strict).value.broken).toBe(broken);
  });
});

describe('what is said', () => {
  // biome-ignore format: a table
  it.each([
    ['a: b: allow', ['warning hosts/no-newline "a: b: allow"']],
    [`a: ${'x '.repeat(1100)}b\n`, [expect.stringContaining('warning hosts/long-line')]],
    ['a b\n', ['error hosts/no-colon "a b"']],
    ['  # a comment\n', ['error hosts/no-colon "# a comment"']],
    ['# old \\\nALL: ALL\n', ['warning hosts/comment-continues "ALL: ALL"']],
    ['# old \\\n# b\n', []],
    [': ALL\n', ['warning hosts/empty-list ": ALL"']],
    ['a: \n', ['warning hosts/empty-list "a:"']],
    ['a: 10.0.0.1 # 127\n', ['warning hosts/hash-word "#"']],
    ['a: 10.0.0.1\0\n', ['warning hosts/nul "\\u0000"']],
    ['a: !10.0.0.1\n', ['warning hosts/negation "!10.0.0.1"']],
    ['a: [::1 : deny\n', ['warning hosts/bracket "[::1"']],
    ['a: 2001:db8::/32\n', ['warning hosts/bare-ipv6 "a: 2001:db8::/32"']],
    ['a: 10.0.0.1, ::1\n', ['warning hosts/bare-ipv6 "a: 10.0.0.1, ::1"']],
    ['a: ::1\n', ['warning hosts/bare-ipv6 "a: ::1"']],
    ['a: [2001:db8::]/32 [::1]\n', []],
    ['a: 192.0.2\n', ['warning hosts/partial-address "192.0.2"']],
    ['a@10.1: ALL\n', ['warning hosts/partial-address "a@10.1"']],
    ['10: ALL\n', []],
    ['a: root@192.0.2.5/24\n', ['warning hosts/host-bits "root@192.0.2.5/24"']],
    ['a: 127/8\n', ['warning hosts/bad-network "127/8"']],
    ['a: 192.*/24\n', ['warning hosts/bad-network "192.*/24"']],
    ['a: 192.0.2.0/255.255.255\n', ['warning hosts/bad-mask "192.0.2.0/255.255.255"']],
    ['a: 192.0.2.0/24x\n', ['warning hosts/bad-mask "192.0.2.0/24x"']],
    ['a: 192.0.2.0/33\n', ['warning hosts/bad-mask "192.0.2.0/33"']],
    ['a: [::1]/129\n', ['warning hosts/bad-mask "[::1]/129"']],
    ['a: [::1]/x\n', ['warning hosts/bad-mask "[::1]/x"']],
    ['a: 0.0.0.0/0 192.0.2.7/255.255.255.255 192.0.2.0/24\n', []],
    ['a: [192.0.2.7]\n', ['warning hosts/bad-address "[192.0.2.7]"']],
    ['a: 192.0.2.07\n', ['warning hosts/bad-address "192.0.2.07"']],
    ['a: [::ffff:192.0.2.7] [::ffff:0:0]/96\n', [
      'warning hosts/mapped-address "[::ffff:192.0.2.7]"', 'warning hosts/mapped-address "[::ffff:0:0]/96"']],
    ['a: b: umask 9 : deny\n', ['error hosts/bad-option "umask 9"']],
    ['a: b: allow :\n', ['error hosts/bad-option "allow"']],
    ['a: b: (cmd) &\n', ['error hosts/bad-option "(cmd) &"']],
    ['a: b: spawn echo %a %z\n', ['warning hosts/unknown-expansion "spawn echo %a %z"']],
    ['a: b: spawn date +%%s\n', []],
  ] as const)('%j: %j', (text, expected) => expect(said(text)).toEqual(expected));

  it('strict says which masks libwrap does not match', () => {
    expect(said('a: 0.0.0.0/0\na: 192.0.2.7/255.255.255.255\n', strict)).toEqual([
      'warning hosts/bad-mask "0.0.0.0/0"',
      'warning hosts/bad-mask "192.0.2.7/255.255.255.255"',
    ]);
  });

  it('files of host patterns are read once and reviewed', () => {
    const files: Readonly<Record<string, string>> = { '/nets': '10.0.0.1/8\n/nets\n' };
    const reads: string[] = [];
    const read = (path: string) => {
      reads.push(path);
      return files[path] ?? null;
    };
    const allow = file('hosts.allow', 'a: /nets /none\nb: /nets\n');
    const { value, diagnostics } = loadHosts({ allow, deny: { kind: 'missing' } }, { read });
    expect(value.files).toEqual(['/nets', '/none']);
    expect(reads).toEqual(['/nets', '/none']);
    expect(diagnostics.map(({ code, source }) => `${source.file} ${code}`)).toContain(
      '/nets hosts/host-bits',
    );
    expect(diagnostics.map(({ code, source }) => `${source.file} ${code}`)).toContain(
      'hosts.allow hosts/unreadable-file',
    );
    expect(diagnostics.map(({ code }) => code)).toContain('hosts/circular-file');
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'ALL',
      ':',
      '\\',
      '\n',
      '[',
      ']',
      '::1',
      '#',
      '/',
      '@',
      'EXCEPT',
      ' ',
      '%',
      '\\:',
      '.',
      '\r',
      '\0',
      '10.0.0.0/8',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const texts = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

  it('is read without an error, and every span lies in the text', () => {
    fc.assert(
      fc.property(
        texts,
        fc.boolean(),
        fc.constantFrom('word' as const, 'comment' as const),
        (text, exact, hash) => {
          const settings = { strict: exact, hash };
          const { diagnostics } = loadHosts(
            { allow: file('allow', text), deny: file('deny', text) },
            { read: () => text },
            settings,
          );
          const { value } = parse(text, settings);
          const spans = [
            ...diagnostics.map(({ span }) => span),
            ...value.rules.flatMap(({ span, options }) => [
              span,
              ...(options ?? []).map((option) => option.span),
            ]),
          ];
          for (const { start, end } of spans) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        },
      ),
    );
  });
});
