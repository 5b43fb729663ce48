import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Escapes, splitWords } from '../../../lib/config/systemd/text/words.ts';

const split = (text: string, escapes?: Escapes) => {
  const { words, trouble } = splitWords(text, escapes);
  return { words: words.map((word) => word.text), bad: trouble?.bad ?? null };
};

describe('The words of a value', () => {
  // biome-ignore format: a table
  it.each([
    { text: ' a  b\tc\r\nd ', words: ['a', 'b', 'c', 'd'] },
    { text: '', words: [] },
    { text: `"a b" 'c d'`, words: ['a b', 'c d'] },
    { text: 'eight"nine ten"eleven', words: ['eightnine teneleven'] },
    { text: `"" ''x`, words: ['', 'x'] },
    { text: `"it's" 'say "x"'`, words: ["it's", 'say "x"'] },
    { text: '\\a\\b\\f\\n\\r\\t\\v\\\\\\"\\\'\\s', words: ['\x07\b\f\n\r\t\v\\"\' '] },
    { text: `'\\x41\\102\\u20ac\\U0001f600'`, words: ['AB€😀'] },
    { text: '\\xc3\\xa9t\\303\\251', words: ['été'] },
    { text: 'é😀 x', words: ['é😀', 'x'] },
    { text: '"a\\"b" c', words: ['a"b', 'c'] },
  ])('$text is $words', ({ text, words }) => {
    expect(split(text)).toEqual({ words, bad: null });
  });

  // biome-ignore format: a table
  it.each([
    { text: 'A=1 B=x\\q C=2', words: ['A=1'], bad: 'escape' },
    { text: 'a six\\ seven', words: ['a'], bad: 'escape' },
    { text: 'a "b c', words: ['a'], bad: 'quote' },
    { text: 'a b\\', words: ['a'], bad: 'escape' },
    { text: 'a \\x00', words: ['a'], bad: 'escape' },
    { text: 'a \\000', words: ['a'], bad: 'escape' },
    { text: 'a \\777', words: ['a'], bad: 'escape' },
    { text: 'a \\ud800', words: ['a'], bad: 'escape' },
    { text: 'a \\U00110000', words: ['a'], bad: 'escape' },
    { text: 'a \\xff', words: ['a'], bad: 'escape' },
    { text: 'a \\x4', words: ['a'], bad: 'escape' },
  ])('nothing counts from a bad word on: $text', ({ text, words, bad }) => {
    expect(split(text)).toEqual({ words, bad });
  });

  // biome-ignore format: a table
  it.each([
    { text: 'six\\ seven bad\\qescape', words: ['six\\ seven', 'bad\\qescape'], bad: null },
    { text: 'a\\', words: ['a\\'], bad: null },
    { text: '"a\\q"', words: ['a\\q'], bad: null },
    { text: '"a', words: [], bad: 'quote' },
  ])('relaxed, unknown escapes stay: $text', ({ text, words, bad }) => {
    expect(split(text, 'relaxed')).toEqual({ words, bad });
  });

  it('kept, a backslash is a character as any other: names of units have escapes of their own', () => {
    expect(split('zz@a-b\\x2dc.service "b c\\x2e"', 'kept')).toEqual({
      words: ['zz@a-b\\x2dc.service', 'b c\\x2e'],
      bad: null,
    });
  });

  // biome-ignore format: a table
  it.each([
    { text: 'a\\ b "c d', words: ['a b', 'c d'] },
    { text: '\\n x\\', words: ['n', 'x'] },
  ])('plain, as values of variables are split: $text', ({ text, words }) => {
    expect(split(text, 'plain')).toEqual({ words, bad: null });
  });

  it('C-018 (reading): Environment=A=1 "B=two words" C=\'q\' D=x\\x41', () => {
    const text = `A=1 "B=two words" C='q' D=x\\x41`;
    expect(split(text)).toEqual({ words: ['A=1', 'B=two words', 'C=q', 'D=xA'], bad: null });
  });

  it('C-019 (reading): Environment=A=1 B=x\\q C=2 keeps A', () => {
    expect(split('A=1 B=x\\q C=2')).toEqual({ words: ['A=1'], bad: 'escape' });
  });

  it('lie where they are said to, and cover the text but for separators', () => {
    const pieces = [' ', '\t', '"', "'", '\\', '\\x41', '\\xff', '\\u00e9', '\\q', 'a', 'é', '😀', '$', '%'];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })), { maxLength: 20 }),
        fc.constantFrom<Escapes>('strict', 'relaxed', 'plain'),
        (parts, escapes) => {
          const text = parts.join('');
          const { words, trouble } = splitWords(text, escapes);
          let at = 0;
          for (const { start, end } of words) {
            expect(text.slice(at, start)).toMatch(/^[ \t\r\n]*$/);
            expect(end).toBeGreaterThan(start);
            at = end;
            expect(end).toBeLessThanOrEqual(text.length);
          }
          if (trouble === null) expect(text.slice(at)).toMatch(/^[ \t\r\n]*$/);
          else
            expect(trouble.start >= at && trouble.end > trouble.start && trouble.end <= text.length).toBe(
              true,
            );
        },
      ),
    );
  });
});
