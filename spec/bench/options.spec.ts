import { describe, expect, it } from '@jest/globals';
import { readOptions } from '../../bench/options.ts';

const known = { experiments: ['nowait', 'echo', 'start'], peers: ['superd', 'busybox inetd'] };
const defaults = { quick: false, json: false, only: [], peers: [], stallMs: 90_000 };

describe('readOptions', () => {
  it.each([
    { words: [], options: defaults },
    { words: ['--quick', '--json'], options: { ...defaults, quick: true, json: true, stallMs: 4000 } },
    {
      words: ['--only', 'nowait,echo', '--only=start'],
      options: { ...defaults, only: ['nowait', 'echo', 'start'] },
    },
    {
      words: ['--peers', 'superd,busybox inetd'],
      options: { ...defaults, peers: ['superd', 'busybox inetd'] },
    },
    { words: ['--quick', '--stall-seconds', '60'], options: { ...defaults, quick: true, stallMs: 60_000 } },
  ])('reads $words', ({ words, options }) => {
    expect(readOptions(words, known)).toEqual(options);
  });

  it.each([
    { words: ['--only', 'nowhere'], because: "'nowhere' is not among the names" },
    { words: ['--peers', 'rlinetd'], because: "'rlinetd' is not among the names" },
    { words: ['--stall-seconds', 'long'], because: '--stall-seconds wants' },
    { words: ['--slow'], because: '--slow' },
    { words: ['nowait'], because: 'nowait' },
  ])('refuses $words and says which names there are', ({ words, because }) => {
    const usage = readOptions(words, known);
    expect(usage).toMatchObject({ status: 2, usage: expect.stringContaining(because) });
    expect(usage).toMatchObject({ usage: expect.stringContaining('nowait echo start') });
  });

  it('helps', () => {
    expect(readOptions(['--help'], known)).toMatchObject({
      status: 0,
      usage: expect.stringMatching(/^Usage: npm run bench/),
    });
  });
});
