// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of units look the same
/** Properties of the whole reading of unit texts: any bytes are read, spans lie in the text, time grows with it alone. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCommandLine } from '../../../lib/config/systemd/text/command-line.ts';
import { parseEnvironmentFile } from '../../../lib/config/systemd/text/environment-file.ts';
import { placeIn } from '../../../lib/config/systemd/text/joined.ts';
import { parseUnitText } from '../../../lib/config/systemd/text/lines.ts';
import { unitSource } from '../../../lib/config/systemd/text/logical-lines.ts';
import { expand } from '../../../lib/config/systemd/text/specifiers.ts';
import { substitute } from '../../../lib/config/systemd/text/substitute.ts';
import { splitWords } from '../../../lib/config/systemd/text/words.ts';
import { timeSpan } from '../../../lib/config/systemd/values/time-span.ts';
import { render } from '../../../lib/diagnostics/render.ts';
import { specifierContext } from './context.ts';

const sections = ['Unit', 'Socket', 'Service', 'Timer', 'Path', 'Automount', 'Swap', 'Install'];
const context = specifierContext('foo@x.service');

/** Reads everything that can be read without knowing the keys; gives the number of assignments. */
function readAll(bytes: Uint8Array): number {
  const source = unitSource('x.service', bytes);
  const { value, diagnostics } = parseUnitText(source, sections);
  for (const one of diagnostics) {
    expect(one.span.start <= one.span.end && one.span.end <= source.text.length).toBe(true);
    render(one);
  }
  const assignments = value.sections.flatMap((section) => section.assignments);
  for (const { key, keySpan, value: joined } of assignments) {
    expect(keySpan.end - keySpan.start).toBeGreaterThanOrEqual(key.length);
    const { words, trouble } = splitWords(joined.text);
    const { commands, remarks } = parseCommandLine(joined.text, (word) => expand(word, context));
    for (const { argv } of commands) substitute(argv, () => '$A ${B} "x');
    for (const { start, end } of [...words, ...remarks, ...(trouble === null ? [] : [trouble])]) {
      const span = placeIn(joined, start, end);
      expect(span.start < span.end && span.end <= source.text.length).toBe(true);
    }
    // A character of a joined text is the one at its place, but for the blank of a backslash.
    for (const at of [0, joined.text.length >> 1, joined.text.length - 1]) {
      const there = source.text[placeIn(joined, at, at + 1).start];
      if (joined.text !== '') expect([joined.text[at], '\\']).toContain(there);
    }
  }
  parseEnvironmentFile(source.text);
  return assignments.length;
}

describe('The reading of unit texts', () => {
  const fuzz = join(import.meta.dirname, '../../corpus/units/fuzz');
  const files = readdirSync(fuzz);

  it('has its corpus of hard texts', () => {
    expect(files.length).toBeGreaterThanOrEqual(16);
  });

  it.each(files)('reads %s of the corpus', (file) => {
    expect(readAll(readFileSync(join(fuzz, file)))).toBeGreaterThanOrEqual(0);
  });

  it('reads every key of every directive', () => {
    expect(readAll(readFileSync(join(fuzz, 'directives.service')))).toBeGreaterThan(300);
  });

  it('reads any bytes', () => {
    const pieces = [
      '[',
      ']',
      '[Socket]',
      '\n',
      '\r\n',
      '\0',
      '\\',
      '\\\n',
      '=',
      'Key=',
      '#',
      ';',
      ' ',
      '"',
      "'",
      '%n',
      '$A',
      'é',
      '\ufeff',
      '-',
    ];
    const piece = fc.oneof(
      fc.constantFrom(...pieces).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (parts, inSection) => {
        readAll(Buffer.concat([Buffer.from(inSection ? '[Service]\n' : ''), ...parts]));
      }),
      { numRuns: 1000 },
    );
  });

  // Each of them would take minutes if it were read again and again.
  it.each([
    { what: 'words', text: 'a '.repeat(500_000) },
    { what: 'quotes', text: '""'.repeat(500_000) },
    { what: 'unknown escapes', text: '\\q'.repeat(500_000) },
    { what: 'words with unknown escapes', text: '\\q '.repeat(300_000) },
    { what: 'an open quote behind many words', text: `${'a '.repeat(400_000)}"` },
    { what: 'specifiers', text: '%n'.repeat(100_000) },
    { what: 'open variables', text: '${'.repeat(500_000) },
    { what: 'blanks', text: `a${' '.repeat(1_000_000)}b` },
    { what: 'semicolons', text: '/a ; '.repeat(200_000) },
    { what: 'digits', text: '1'.repeat(1_000_000) },
    { what: 'spans', text: '1s '.repeat(300_000) },
  ])('takes time that grows with the text: $what', ({ text }) => {
    const { commands } = parseCommandLine(text, (word) => expand(word, context));
    for (const { argv } of commands) substitute(['p', ...argv], () => 'x');
    splitWords(text);
    timeSpan()(text);
    parseEnvironmentFile(`A=${text}`);
    expect(
      parseUnitText(unitSource('x', Buffer.from(`[Unit]\nA=${text}`)), ['Unit']).value.problem,
    ).toBeNull();
  });
});
