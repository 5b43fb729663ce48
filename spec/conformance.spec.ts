/** Holds the titles of all specs against the lists of conformance cases: one for each language, and one for a lesson. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const here = import.meta.dirname;

/** The lists of the folder conformance/. Titles begin with `words` and the number, as `case 12: …`. */
const lists = [
  { file: 'inetd.txt', words: 'case ', count: 212 },
  { file: 'xinetd.txt', words: 'xinetd case ', count: 205 },
  { file: 'units.txt', words: 'C-', count: 150 },
  { file: 'lesson.txt', words: 'S-', count: 89 },
];

const specs = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.spec.ts') && file !== path.basename(import.meta.filename))
  .map((file) => readFileSync(path.join(here, file), 'utf8'));

describe.each(lists)('The conformance cases of $file', ({ file, words, count }) => {
  const { wanted, leftOut } = readList(readFileSync(path.join(here, 'conformance', file), 'utf8'));
  const titled = new Set(specs.flatMap((text) => casesIn(text, words)));

  it(`are ${count}, each listed once`, () => {
    expect([...wanted, ...leftOut].sort((a, b) => a - b)).toEqual(
      Array.from({ length: count }, (_, index) => index + 1),
    );
  });

  it('each have a spec that names them in its title', () => {
    expect(wanted.filter((number) => !titled.has(number))).toEqual([]);
  });

  it('have none that is left out and served all the same', () => {
    expect(leftOut.filter((number) => titled.has(number))).toEqual([]);
  });

  it('have none that the list does not know', () => {
    const known = new Set([...wanted, ...leftOut]);
    expect([...titled].filter((number) => !known.has(number))).toEqual([]);
  });
});

describe('A list of conformance cases', () => {
  it('holds ranges, single numbers, comments and reasons', () => {
    expect(readList('# text\n1-3 lines\n5\n7-8 left out: because\n')).toEqual({
      wanted: [1, 2, 3, 5],
      leftOut: [7, 8],
    });
  });

  it('wants a reason', () => {
    expect(() => readList('7 left out:\n')).toThrow('7 left out:');
  });
});

describe('The cases in the titles of a spec', () => {
  it.each([
    { title: 'a number', text: "it('case 12: x', …", cases: [12] },
    { title: 'a number and what kind of spec it is', text: 'it(`case 12 (reading): x`, …', cases: [12] },
    { title: 'rows', text: "it.each([{ number: 1 }, { number: 2 }])('case $number: x', …", cases: [1, 2] },
    {
      title: 'only the rows of their table',
      text: "it.each([{ number: 1 }])('b', …); it.each([{ number: 2 }])('case $number: x', …",
      cases: [2],
    },
    {
      title: 'rows with a name',
      text: "const rows = [{ number: 3 }]; it.each(rows)('case $number: x', …",
      cases: [3],
    },
    { title: 'several in one', text: "it('case 12, case 13: x', …", cases: [12, 13] },
    { title: 'none of another list', text: "it('xinetd case 12: x', …", cases: [] },
  ])('are found: $title', ({ text, cases }) => {
    expect(casesIn(text, 'case ')).toEqual(cases);
  });
});

/** `FROM[-TO] [left out: REASON | heading]`, one a line. */
function readList(text: string): { readonly wanted: readonly number[]; readonly leftOut: readonly number[] } {
  const wanted: number[] = [];
  const leftOut: number[] = [];
  for (const line of text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
    const match = /^(\d+)(?:-(\d+))?(?:\s+(left out:)?\s*(.*))?$/.exec(line);
    if (match === null || (match[3] !== undefined && match[4] === ''))
      throw new Error(`conformance: ${line}`);
    const [, from, to = from] = match;
    const list = match[3] === undefined ? wanted : leftOut;
    for (let number = Number(from); number <= Number(to); number += 1) list.push(number);
  }
  return { wanted, leftOut };
}

/**
 * The numbers in titles like `case 12: …`, `case 12 (reading): …`, `case 12, case 13: …`, and in the rows of
 * `case $number: …`.
 */
function casesIn(text: string, words: string): readonly number[] {
  const one = `${words}(?:\\d+|\\$number)`;
  const titles = text.matchAll(new RegExp(`['"\`](${one}(?:, ${one})*)(?: \\([a-z]+\\))?[:,] `, 'g'));
  return [...titles].flatMap(({ 1: cases = '', index }) =>
    cases.split(', ').flatMap((title) => {
      const number = /\d+$/.exec(title)?.[0];
      return number === undefined ? rowsBefore(text.slice(0, index)) : [Number(number)];
    }),
  );
}

/** The numbers in the table of the title behind `text`; it may be a constant further up. */
function rowsBefore(text: string): readonly number[] {
  const table = text.slice(text.lastIndexOf('.each('));
  const rows = (table.includes('number: ') ? table : text).matchAll(/\bnumber: (\d+)/g);
  return [...rows].map(({ 1: number }) => Number(number));
}
