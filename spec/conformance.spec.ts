/** Holds the titles of all specs against the list of conformance cases. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const here = import.meta.dirname;

describe('The conformance cases of inetd.conf', () => {
  const { wanted, leftOut } = readList(readFileSync(path.join(here, 'conformance.txt'), 'utf8'));
  const titled = titledCases();

  it('are 212, each listed once', () => {
    expect([...wanted, ...leftOut].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 212 }, (_, index) => index + 1),
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

describe('The list of conformance cases', () => {
  it('reads ranges, single numbers, comments and reasons', () => {
    expect(readList('# text\n1-3 lines\n5\n7-8 left out: because\n')).toEqual({
      wanted: [1, 2, 3, 5],
      leftOut: [7, 8],
    });
  });

  it('wants a reason', () => {
    expect(() => readList('7 left out:\n')).toThrow('7 left out:');
  });
});

/** `FROM[-TO] [left out: REASON | heading]`, one a line. */
function readList(text: string): { readonly wanted: readonly number[]; readonly leftOut: readonly number[] } {
  const wanted: number[] = [];
  const leftOut: number[] = [];
  for (const line of text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
    const match = /^(\d+)(?:-(\d+))?(?:\s+(left out:)?\s*(.*))?$/.exec(line);
    if (match === null || (match[3] !== undefined && match[4] === ''))
      throw new Error(`conformance.txt: ${line}`);
    const [, from, to = from] = match;
    const list = match[3] === undefined ? wanted : leftOut;
    for (let number = Number(from); number <= Number(to); number += 1) list.push(number);
  }
  return { wanted, leftOut };
}

/** The numbers in the titles of all specs: `case 12: …`, `case 12 (reading): …` or `case 12 (rules): …`. */
function titledCases(): ReadonlySet<number> {
  const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.spec.ts'),
  );
  return new Set(
    files
      .filter((file) => file !== path.basename(import.meta.filename))
      .flatMap((file) => [
        ...readFileSync(path.join(here, file), 'utf8').matchAll(
          /['"`]case (\d+)(?: \((?:reading|rules)\))?: /g,
        ),
      ])
      .map((match) => Number(match[1])),
  );
}
