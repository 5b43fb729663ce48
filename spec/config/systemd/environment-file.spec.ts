// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the shell look the same
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEnvironmentFile } from '../../../lib/config/systemd/text/environment-file.ts';

describe('An environment file', () => {
  // biome-ignore format: a table
  it.each<{ text: string; variables: readonly (readonly [string, string])[]; ignored?: number[] }>([
    { text: 'C_042=a\nBAR="q \\"x"\nexport BAZ=1\nQUX=a\\\nb\nSP= lead \n', variables: [['C_042', 'a'], ['BAR', 'q "x'], ['QUX', 'ab'], ['SP', 'lead']], ignored: [20] },
    { text: '# c\n ; d\n\n\tA=1\r\nB=2', variables: [['A', '1'], ['B', '2']] },
    { text: '# c \\\nA=1\nB=2\n', variables: [['B', '2']] },
    { text: 'A=two words  \n', variables: [['A', 'two words']] },
    { text: "A='x\ny' \nB=\"1\n2\"\n", variables: [['A', 'x\ny'], ['B', '1\n2']] },
    { text: "A='\\n\"$'\n", variables: [['A', '\\n"$']] },
    { text: 'A="\\\\ \\` \\$ \\n \\\nx"\n', variables: [['A', '\\ ` $ \\n x']] },
    { text: `A="x"'y' "z" w\n`, variables: [['A', 'xyzw']] },
    { text: 'A=x"y z"\nB=1\n', variables: [['A', 'x"y z"'], ['B', '1']] },
    { text: 'A=a\\ \\\\\\"b\nB=c\\  \n', variables: [['A', 'a \\"b'], ['B', 'c ']] },
    { text: 'A=\nB = 1\n', variables: [['A', ''], ['B', '1']] },
    { text: 'A=1 # no comment\n', variables: [['A', '1 # no comment']] },
    { text: 'A=1\nA=2\n', variables: [['A', '1'], ['A', '2']] },
    { text: 'nothing\n9A=1\n=2\nA-B=1\n', variables: [], ignored: [0, 8, 13, 16] },
    { text: 'A="never closed\nB=1', variables: [['A', 'never closed\nB=1']] },
    { text: 'A=x\\', variables: [['A', 'x']] },
    { text: 'A=$B ${C}\n', variables: [['A', '$B ${C}']] },
  ])('$text', ({ text, variables, ignored = [] }) => {
    expect(parseEnvironmentFile(text)).toEqual({ variables, ignored });
  });

  it('C-042 (reading): quotes, export, joined lines and blanks', () => {
    const { variables } = parseEnvironmentFile('BAR="q \\"x"\nexport BAZ=1\nQUX=a\\\nb\nSP= lead \n');
    expect(Object.fromEntries(variables)).toEqual({ BAR: 'q "x', QUX: 'ab', SP: 'lead' });
  });

  it('is read from any text', () => {
    const pieces = ['A=', '"', "'", '\\', '\n', '#', ' ', '=', 'x', '\r', '$'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        for (const at of parseEnvironmentFile(text).ignored) expect(at).toBeLessThan(text.length);
      }),
    );
  });

  it('whose values are quoted gives them back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (values) => {
        const text = values.map((value, at) => `V${at}="${value.replace(/["\\`$]/g, '\\$&')}"\n`).join('');
        expect(parseEnvironmentFile(text).variables.map(([, value]) => value)).toEqual(values);
      }),
    );
  });
});
