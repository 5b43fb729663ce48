import { describe, expect, it } from '@jest/globals';
import { linesOf, messagesOf, type Outline, outlineOf, service } from '../../fixtures/xinetd-text.ts';

interface Case {
  readonly title: string;
  readonly text: string;
  readonly meant: Outline;
  readonly exact: Outline;
}

const a = service('a');
const b = service('b');
const fine = (...items: readonly string[]): Outline => ({ items, codes: [] });

// biome-ignore format: a table
const CASES: readonly Case[] = [
  { title: 'xinetd case 1 (reading): a service with its attributes', text: a, meant: fine('a'), exact: fine('a') },
  { title: 'xinetd case 3 (reading): indented comments and blank lines are nothing', text: service('a', '# c', '', '  \t ', '#', 'nice = 1'), meant: fine('a'), exact: fine('a') },
  { title: 'xinetd case 4 (reading): keywords in capitals', text: a.replace('service', 'SERVICE').replace('socket_type', 'Socket_Type'), meant: fine('a'), exact: fine('a') },
  { title: 'xinetd case 5 (reading): CR LF is a line end, for xinetd a letter', text: a.replaceAll('\n', '\r\n'), meant: { items: ['a'], codes: ['carriage-return'] }, exact: fine('a\r') },
  { title: 'xinetd case 6 (reading): a brace on the line of the name', text: a.replace(' a\n{', ' a {') + b, meant: { items: ['a', 'b'], codes: ['brace-place'] }, exact: { items: ['a!', 'b'], codes: ['missing-brace'] } },
  { title: 'xinetd case 7 (reading): a stray line before an entry', text: ` bogus line\n${a}${b}`, meant: { items: ['a', 'b'], codes: ['stray-line'] }, exact: { items: ['b'], codes: ['stray-line'] } },
  { title: 'xinetd case 8 (reading): an operator that touches the name', text: service('a', 'nice=5') + b, meant: { items: ['a', 'b'], codes: ['glued-operator'] }, exact: { items: ['a!', 'b'], codes: ['glued-operator'] } },
  { title: 'xinetd case 9 (reading): a value that touches the operator', text: service('a', 'nice =5'), meant: fine('a'), exact: fine('a') },
  { title: 'xinetd case 17 (reading): service without a name', text: `service\n{\n\tport = 1\n}\n${b}`, meant: { items: ['lost', 'b'], codes: ['missing-name'] }, exact: { items: ['lost', 'b'], codes: ['missing-name'] } },
  { title: 'xinetd case 18 (reading): the file ends inside an entry', text: a + b.replace('}\n', ''), meant: { items: ['a', 'b!'], codes: ['unclosed'] }, exact: { items: ['a', 'b!'], codes: ['unclosed'] } },
  { title: 'xinetd case 19 (reading): a bare name takes the next entry with it, for xinetd', text: service('a', 'nice').replace('\n}', '\n }') + b + service('c'), meant: { items: ['a!', 'b', 'c'], codes: ['nothing-after'] }, exact: { items: ['a!', 'c'], codes: ['nothing-after'] } },
  { title: 'xinetd case 21 (reading): no newline at the end', text: a.trimEnd(), meant: fine('a'), exact: fine('a') },
  { title: 'xinetd case 29 (reading): an include inside an entry', text: service('a', 'include /etc/x') + b, meant: { items: ['a!', 'b'], codes: ['include-inside'] }, exact: { items: ['a!', 'b'], codes: ['bad-operator'] } },
  { title: 'xinetd case 30 (reading): INCLUDE with a surplus word', text: 'INCLUDE f extra\n', meant: { items: ['include f'], codes: ['surplus-word'] }, exact: fine('include f') },
  { title: 'xinetd case 38 (reading): two defaults blocks in one file', text: `defaults\n{\n\tnice = 1\n}\ndefaults\n{\n\tcps = 1 2\n}\n${a}`, meant: { items: ['defaults', 'defaults', 'a'], codes: ['second-defaults'] }, exact: { items: ['defaults', 'a'], codes: ['second-defaults'] } },
  { title: 'xinetd case 40 (reading): a brace on the line of defaults', text: `defaults {\n\tonly_from = 10.0.0.0\n}\n${a}`, meant: { items: ['defaults', 'a'], codes: ['brace-place'] }, exact: { items: ['defaults', 'a'], codes: ['missing-brace'] } },
  { title: 'xinetd case 45 (reading): a slip as the last line of defaults', text: `defaults\n{\n\tcps = 1 2\n\tinstances 3\n}\n${a}${b}`, meant: { items: ['defaults!', 'a', 'b'], codes: ['bad-operator'] }, exact: { items: ['defaults', 'b'], codes: ['bad-operator', 'stray-line'] } },
  { title: 'xinetd case 46 (reading): garbage behind disable = yes', text: service('a', 'disable = yes', 'garbage', '???') + b, meant: { items: ['a!', 'b'], codes: ['nothing-after', 'nothing-after'] }, exact: fine('a', 'b') },
  { title: 'a block that is not closed before the next', text: a.replace('}\n', '') + b + service('c'), meant: { items: ['a!', 'b', 'c'], codes: ['unclosed'] }, exact: { items: ['a!', 'c'], codes: ['bad-operator'] } },
  { title: 'a block without an opening brace', text: a.replace('{\n', '') + b, meant: { items: ['a', 'b'], codes: ['missing-brace'] }, exact: { items: ['a!', 'b'], codes: ['missing-brace'] } },
  { title: 'a header without a block', text: `service a\n${b}`, meant: { items: ['a!', 'b'], codes: ['missing-brace'] }, exact: { items: ['a!'], codes: ['missing-brace'] } },
  { title: 'a brace that touches the name', text: a.replace(' a\n{', ' a{') + b, meant: { items: ['a', 'b'], codes: ['brace-place'] }, exact: { items: ['a{!', 'b'], codes: ['missing-brace'] } },
  { title: 'a closing brace behind a value', text: `service a\n{\n\tport = 1 }\n${b}`, meant: { items: ['a', 'b'], codes: ['brace-place'] }, exact: { items: ['a!', ], codes: ['bad-operator'] } },
  { title: 'a closing brace as an argument', text: service('a', 'server_args = { x }'), meant: fine('a'), exact: fine('a') },
  { title: 'a comment behind a closing brace', text: a.replace('}', '} # end') + b, meant: { items: ['a', 'b'], codes: ['surplus-word'] }, exact: { items: ['a!'], codes: ['bad-operator'] } },
  { title: 'everything on one line', text: `service a { port = 1 }\n${b}`, meant: { items: ['a', 'b'], codes: ['brace-place', 'brace-place'] }, exact: { items: ['a!'], codes: ['missing-brace'] } },
  { title: 'a closing brace too many', text: `${a}}\n${b}`, meant: { items: ['a', 'b'], codes: ['stray-brace'] }, exact: { items: ['a'], codes: ['stray-line'] } },
  { title: 'a misspelt defaults', text: `default\n{\n\tcps = 1 2\n}\n${a}`, meant: { items: ['defaults', 'a'], codes: ['misspelt-keyword'] }, exact: { items: ['a'], codes: ['stray-line'] } },
  { title: 'a misspelt service', text: `servce a\n{\n\tport = 1\n}\n${b}`, meant: { items: ['a', 'b'], codes: ['misspelt-keyword'] }, exact: { items: ['b'], codes: ['stray-line'] } },
  { title: 'a block of something else', text: `global\n{\n\tport = 1\n}\n${b}`, meant: { items: ['lost', 'b'], codes: ['stray-line'] }, exact: { items: ['b'], codes: ['stray-line'] } },
  { title: 'a byte order mark', text: `\ufeff${a}${b}`, meant: { items: ['a', 'b'], codes: ['byte-order-mark'] }, exact: { items: ['b'], codes: ['stray-line'] } },
  { title: 'a NUL byte', text: service('a', 'nice = \0') + b, meant: { items: ['a!', 'b'], codes: ['nul-byte'] }, exact: { items: ['a!', 'b'], codes: ['nul-byte'] } },
  { title: 'comments may hold anything', text: `# \ufffd \0\n${a}`, meant: fine('a'), exact: fine('a') },
];

describe('A text as it is meant', () => {
  it.each(CASES)('$title', ({ text, meant }) => {
    expect(outlineOf(text, false)).toEqual(meant);
  });
});

describe('A text exactly as xinetd reads it', () => {
  it.each(CASES)('$title', ({ text, exact }) => {
    expect(outlineOf(text, true)).toEqual(exact);
  });
});

describe('The words of a line', () => {
  it.each([
    {
      title: 'xinetd case 2 (reading): a # within arguments',
      line: 'server_args = one # two',
      read: 'server_args = one # two',
    },
    { title: 'xinetd case 20 (reading): no value', line: 'nice =', read: 'nice =' },
    {
      title: 'xinetd case 22 (reading): quotes and backslashes are letters',
      line: 'server_args = "one two" \\',
      read: 'server_args = "one two" \\',
    },
    {
      title: 'xinetd case 23 (reading): a line of 6,700 bytes',
      line: `env = ${'x'.repeat(6700)}`,
      read: `env = ${'x'.repeat(6700)}`,
    },
    { title: 'xinetd case 25 (reading): a form feed before a name', line: '\fnice = 1', read: 'nice = 1' },
    { title: 'operators', line: 'ONLY_FROM += 10.0.0.0 ::1', read: 'only_from += 10.0.0.0 ::1' },
    { title: 'an operator with its value', line: 'only_from -=x', read: 'only_from -= x' },
    { title: 'tabs between words', line: 'cps\t=\t1\t \t2 ', read: 'cps = 1 2' },
    { title: 'an = within a value', line: 'env = A=b', read: 'env = A=b' },
  ])('$title', ({ line, read }) => {
    const text = service('a', line);
    expect([false, true].map((strict) => linesOf(text, strict))).toEqual([[read], [read]]);
  });

  it.each([
    ['nice=5', 'nice = 5'],
    ['nice= 5', 'nice = 5'],
    ['log_on_success+=HOST PID', 'log_on_success += HOST PID'],
    ['no_access-=a', 'no_access -= a'],
  ])('%j is meant as %j', (line, read) => {
    expect(linesOf(service('a', line), false)).toEqual([read]);
  });

  it('xinetd case 24 (reading): a line of 20,000 bytes is cut, for xinetd', () => {
    const text = service('a', `env = A=${'x'.repeat(20_000)}`) + b;
    expect(outlineOf(text, false)).toEqual(fine('a', 'b'));
    expect(outlineOf(text, true)).toEqual({ items: ['a!'], codes: ['nothing-after', 'stray-line'] });
  });

  it('counts bytes where it cuts', () => {
    const text = service('a', `env = ${'é'.repeat(9_000)}`);
    expect(outlineOf(text, true).codes).toEqual(['nothing-after']);
  });
});

describe('What is said', () => {
  it('names the lines that were lost', () => {
    const exact = messagesOf(` bogus line\n${a}`, true);
    expect(exact).toEqual(["no entry begins with 'bogus': lost the lines 2 to 11"]);
    const meant = messagesOf(`global\n{\n}\n`, false);
    expect(meant).toEqual(["no entry begins with 'global'; the lines 2 to 3 are not read either"]);
  });
});
