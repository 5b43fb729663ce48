import { describe, expect, it } from '@jest/globals';
import { getopt } from '../../lib/cli/getopt.ts';
import { type Option, optionsOf } from '../../lib/cli/options.ts';

const inetd = optionsOf('inetd');
const gnu = inetd.map(
  (option): Option => (option.name === 'pid-file' ? { ...option, arity: 'attached' } : option),
);

function read(words: string, options: readonly Option[] = inetd): unknown {
  const given = getopt(words === '' ? [] : words.split(' '), options);
  return 'misuse' in given ? given.misuse : { ...Object.fromEntries(given.values), operands: given.operands };
}

describe('getopt', () => {
  it.each([
    { words: '', given: { operands: [] } },
    { words: 'a b', given: { operands: ['a', 'b'] } },
    { words: '-dl', given: { debug: '', 'log-connections': '', operands: [] } },
    { words: '-q50 -R 4', given: { backlog: '50', rate: '4', operands: [] } },
    { words: '-dq50', given: { debug: '', backlog: '50', operands: [] } },
    { words: '-pFILE', given: { 'pid-file': 'FILE', operands: [] } },
    { words: '-p FILE', given: { 'pid-file': 'FILE', operands: [] } },
    { words: '--pidfile=F --rate 3', given: { 'pid-file': 'F', rate: '3', operands: [] } },
    { words: '--env', given: { environment: '', operands: [] }, because: 'a clear beginning is enough' },
    { words: '-s 3', given: { 'address-children': '3', operands: [] } },
    { words: '-s3l', given: "invalid option -- '3'", because: 'the rest is no number' },
    {
      words: '-s conf',
      given: { 'address-children': '', operands: ['conf'] },
      because: 'alone it has no number',
    },
    { words: '-sl', given: { 'address-children': '', 'log-connections': '', operands: [] } },
    { words: '-r 40 60 conf', given: { 'loop-limit': '40 60', operands: ['conf'] } },
    { words: '-r40 60', given: { 'loop-limit': '40 60', operands: [] } },
    { words: 'conf -d', given: { debug: '', operands: ['conf'] }, because: 'words may be mixed' },
    { words: '-d -- -l', given: { debug: '', operands: ['-l'] } },
    { words: '-', given: { operands: ['-'] } },
    { words: '-R 3 -R 4', given: { rate: '4', operands: [] }, because: 'the last one holds' },
    { words: '-x', given: "invalid option -- 'x'" },
    { words: '-dx', given: "invalid option -- 'x'" },
    { words: '-R', given: "option requires an argument -- 'R'" },
    { words: '-r 4', given: "option requires two arguments -- 'r'" },
    { words: '--rate', given: "option requires an argument '--rate'" },
    { words: '--foo', given: "unrecognized option '--foo'" },
    { words: '--debug=1', given: "option '--debug' doesn't allow an argument" },
    { words: '--address', given: "option '--address' is ambiguous" },
  ])('"$words"', ({ words, given }) => {
    expect(read(words)).toEqual(given);
  });

  it.each([
    { words: '-p FILE', given: { 'pid-file': '', operands: ['FILE'] } },
    { words: '-pFILE', given: { 'pid-file': 'FILE', operands: [] } },
    { words: '--pidfile', given: { 'pid-file': '', operands: [] } },
  ])('GNU inetd: "$words"', ({ words, given }) => {
    expect(read(words, gnu)).toEqual(given);
  });
});
