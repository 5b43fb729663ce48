import { describe, expect, it } from '@jest/globals';
import { randomBytes, randomInt } from '../../lib/sys/random.ts';

describe('Random numbers', () => {
  it('are as many bytes as asked for, others each time', () => {
    const [first, second] = [randomBytes(64), randomBytes(64)];
    expect([first.length, second.length]).toEqual([64, 64]);
    expect(Buffer.from(first).equals(second)).toBe(false);
  });

  it('lie from the low end to below the high one, and reach both', () => {
    const seen = new Set(Array.from({ length: 1000 }, () => randomInt(7, 10)));
    expect([...seen].sort()).toEqual([7, 8, 9]);
  });

  it('reach beyond 31 bits', () => {
    const seen = Array.from({ length: 200 }, () => randomInt(0, 2 ** 32));
    expect(seen.some((value) => value >= 2 ** 31)).toBe(true);
    expect(seen.every((value) => Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32)).toBe(true);
  });
});
