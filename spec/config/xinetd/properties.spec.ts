import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { languageOfText } from '../../../lib/config/language.ts';
import { parseXinetdConf } from '../../../lib/config/xinetd/text/parse.ts';
import { service } from '../../fixtures/xinetd-text.ts';

/** Pieces that make the reader work harder than random letters do. */
// biome-ignore format: a table
const pieces = [
  'service', 'service a', 'service a {', 'defaults', 'defaults{', 'include f', 'includedir d', '{', '}', '} #', '\n{\n', '\n}\n', 'disable = yes',
  'port = 1', 'port=1', 'port', 'only_from +=', '-=', '=', '#', '# x', '"', '\\', '\0', '\ufffd', '\ufeff', '\r\n', '\n', '\n', '\n', ' ', '\t', '\f', 'é', '𝄞',
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((words) => words.join(' ')),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((words) => words.join('\n')),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((words) => words.join('')),
);

describe.each([false, true])('Reading any text, strict %p', (strict) => {
  it('returns, and every span lies in the text', () => {
    fc.assert(
      fc.property(text, (source) => {
        const { value: items, diagnostics } = parseXinetdConf({ file: 'f', text: source }, { strict });
        for (const { span, help } of diagnostics) {
          expect(help).toBeTruthy();
          expectWithin(span, source);
        }
        for (const item of items) {
          if (item.kind === 'lost') {
            expect(source.split('\n').length).toBeGreaterThanOrEqual(item.origin.line);
          } else if (item.kind === 'block') {
            expectWithin(item.block.header, source);
            for (const { name, values } of item.block.assignments) {
              for (const word of [name, ...values]) {
                expectWithin(word.span, source);
                expect(source.slice(word.span.start, word.span.end)).toBe(word.text);
              }
            }
          } else expect(source.slice(item.path.span.start, item.path.span.end)).toBe(item.path.text);
        }
      }),
      { numRuns: 700 },
    );
  });

  it('what is broken or lost is said to be wrong', () => {
    fc.assert(
      fc.property(text, (source) => {
        const { value: items, diagnostics } = parseXinetdConf({ file: 'f', text: source }, { strict });
        const isWrong = items.some(
          (item) => item.kind === 'lost' || (item.kind === 'block' && item.block.broken),
        );
        if (isWrong) expect(diagnostics.length).toBeGreaterThan(0);
      }),
    );
  });

  // biome-ignore format: a table
  it.each([
    ['headers', 'service a\n'.repeat(50_000)],
    ['blocks', 'service a\n{\n}\n'.repeat(30_000)],
    ['opening braces', '{\n'.repeat(80_000)],
    ['closing braces', '}\n'.repeat(80_000)],
    ['bare names', `service a\n{\n${'x\n'.repeat(80_000)}}\n`],
    ['one long line', `service a\n{\nenv = ${'x '.repeat(200_000)}\n}\n`],
    ['a word without end', 'x'.repeat(2_000_000)],
    ['carriage returns', '\r'.repeat(500_000)],
    ['blanks', ' '.repeat(1_000_000)],
  ])('%s are read in linear time', (_, source) => {
    const { diagnostics } = parseXinetdConf({ file: 'f', text: source }, { strict });
    expect(diagnostics.length).toBeLessThanOrEqual(source.length);
    languageOfText(source);
  }, 10_000);
});

describe('A slip in one entry', () => {
  it('costs no other entry', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...pieces.filter((piece) => !/service|defaults|include|[{}]/.test(piece))),
        (slip) => {
          const source = `${service('a')}${service('b', slip)}${service('c')}`;
          const { value: items } = parseXinetdConf({ file: 'f', text: source }, { strict: false });
          const names = items.flatMap((item) => (item.kind === 'block' ? [item.block.name?.text] : []));
          expect(names).toEqual(['a', 'b', 'c']);
        },
      ),
    );
  });
});

function expectWithin(
  { start, end }: { readonly start: number; readonly end: number },
  source: string,
): void {
  expect(start).toBeGreaterThanOrEqual(0);
  expect(end).toBeGreaterThanOrEqual(start);
  expect(end).toBeLessThanOrEqual(source.length);
}
