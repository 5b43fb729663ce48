import { describe, expect, it } from '@jest/globals';
import { ratio, rotate, summarize } from '../../bench/measure.ts';

describe('summarize', () => {
  it.each([
    { values: [3], median: 3, min: 3, max: 3 },
    { values: [9, 1, 5], median: 5, min: 1, max: 9 },
    { values: [4, 1, 2, 100], median: 3, min: 1, max: 100 },
    { values: [10, 9, 2], median: 9, min: 2, max: 10 },
  ])('$values has the median $median', ({ values, ...summary }) => {
    expect(summarize(values)).toEqual(summary);
  });

  it('has nothing to say of no values', () => {
    expect(summarize([])).toBeNull();
  });
});

describe('ratio', () => {
  it.each([
    { figure: 3, to: 2, is: 1.5 },
    { figure: null, to: 2, is: null },
    { figure: 3, to: null, is: null },
    { figure: 3, to: 0, is: null },
  ])('of $figure to $to is $is', ({ figure, to, is }) => {
    expect(ratio(figure, to)).toBe(is);
  });
});

describe('rotate', () => {
  it('lets everybody go first once', () => {
    const rounds = [0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join(''));
    expect(rounds).toEqual(['abc', 'bca', 'cab', 'abc']);
  });

  it('takes nobody at all', () => {
    expect(rotate([], 3)).toEqual([]);
  });
});
