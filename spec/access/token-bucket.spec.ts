import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from '../../lib/access/token-bucket.ts';

/** One start, taken when there is room for it. */
function admit(bucket: TokenBucket, now: number): boolean {
  const isRoom = bucket.room(now) > 0;
  if (isRoom) bucket.count(now);
  return isRoom;
}

describe('TokenBucket of 2 starts a second', () => {
  it.each([
    { at: [0, 0], last: true, because: 'the bucket holds two' },
    { at: [0, 0, 0], last: false, because: 'it is empty' },
    { at: [0, 0, 499], last: false, because: 'half a second gives one' },
    { at: [0, 0, 500], last: true, because: 'half a second gave one' },
    { at: [0, 0, 500, 999], last: false, because: 'that one is taken' },
    { at: [0, 0, 499, 500], last: true, because: 'who was turned away took none' },
    { at: [0, 0, 60_000, 60_000, 60_000], last: false, because: 'it never holds more than two' },
    { at: [86_400_000, 86_400_000, 86_400_000], last: false, because: 'it does not fill before it is asked' },
  ])('says $last at $at: $because', ({ at, last }) => {
    const bucket = new TokenBucket(2);
    expect(at.map((now) => admit(bucket, now)).at(-1)).toBe(last);
  });

  it('is full again when the service comes back', () => {
    const bucket = new TokenBucket(2);
    bucket.count(0);
    bucket.count(0);
    bucket.refill();
    expect(bucket.room(0)).toBe(2);
  });

  it('takes a start back, but never holds more than two', () => {
    const bucket = new TokenBucket(2);
    bucket.count(0);
    bucket.giveBack();
    bucket.giveBack();
    expect(bucket.room(0)).toBe(2);
  });

  it('does not go back in time', () => {
    const bucket = new TokenBucket(2);
    bucket.count(1000);
    bucket.count(1000);
    expect(bucket.room(0)).toBe(0);
    expect(bucket.room(1499)).toBe(0);
    expect(bucket.room(1500)).toBe(1);
  });
});

describe('TokenBucket', () => {
  it('admits nobody at a rate of 0', () => {
    expect([0, 1, 1e9].map((now) => admit(new TokenBucket(0), now))).toEqual([false, false, false]);
  });

  it('never admits more than rate + rate x seconds in any span of time', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), waits, (rate, gaps) => {
        const bucket = new TokenBucket(rate);
        let now = 0;
        const admitted: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (admit(bucket, now)) admitted.push(now);
        }
        for (const [first, from] of admitted.entries()) {
          for (const [last, to] of admitted.entries()) {
            if (last >= first)
              expect(last - first + 1).toBeLessThanOrEqual(rate + (rate * (to - from)) / 1000);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
