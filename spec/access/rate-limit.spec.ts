import { describe, expect, it } from '@jest/globals';
import { RateLimit } from '../../lib/access/rate-limit.ts';

/** One start, counted when there is room for it. */
function admit(limit: RateLimit, now: number): boolean {
  const room = limit.hasRoom(now);
  if (room) limit.count(now);
  return room;
}

describe('RateLimit of 2 starts in 60 s', () => {
  it.each([
    { at: [0, 10], last: true, because: 'the burst is 2' },
    { at: [0, 10, 59_999], last: false, because: 'the window is still open' },
    { at: [0, 10, 60_000], last: true, because: 'a new window began' },
    { at: [0, 59_999, 60_000, 60_001], last: true, because: 'windows do not slide' },
    { at: [0, 59_999, 60_000, 60_001, 60_002], last: false, because: 'the new window is full' },
  ])('says $last at $at: $because', ({ at, last }) => {
    const limit = new RateLimit({ burst: 2, intervalMs: 60_000 });
    expect(at.map((now) => admit(limit, now)).at(-1)).toBe(last);
  });

  it('admits nobody with a burst of 0', () => {
    expect(new RateLimit({ burst: 0, intervalMs: 60_000 }).hasRoom(0)).toBe(false);
  });

  it('begins anew after a reset', () => {
    const limit = new RateLimit({ burst: 1, intervalMs: 60_000 });
    limit.count(0);
    limit.reset();
    expect(limit.hasRoom(1)).toBe(true);
  });
});
