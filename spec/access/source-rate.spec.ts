import { describe, expect, it } from '@jest/globals';
import { perMinuteInBuckets, perMinuteWindow, SourceRate } from '../../lib/access/source-rate.ts';

describe('SourceRate of 3 in six buckets of 10 s', () => {
  it.each([
    { at: [0, 1, 2], last: true, because: 'three are allowed' },
    { at: [0, 1, 2, 3], last: false, because: 'the fourth is one too many' },
    { at: [0, 1, 2, 59_999], last: false, because: 'the first bucket still counts' },
    { at: [0, 1, 2, 60_000], last: true, because: 'the first bucket is forgotten' },
    { at: [0, 1, 2, 30_000, 60_000, 60_001, 60_002], last: false, because: 'refused calls count too' },
  ])('says $last at $at: $because', ({ at, last }) => {
    const rate = new SourceRate(perMinuteInBuckets(3));
    expect(at.map((now) => rate.admit('192.0.2.7', now)).at(-1)).toBe(last);
  });

  it('counts every address by itself', () => {
    const rate = new SourceRate(perMinuteInBuckets(1));
    rate.admit('192.0.2.7', 0);
    expect(rate.admit('192.0.2.8', 0)).toBe(true);
  });

  it('refuses everybody with a burst of 0', () => {
    expect(new SourceRate(perMinuteWindow(0)).admit('192.0.2.7', 0)).toBe(false);
  });

  it('remembers a bounded number of addresses and forgets the oldest first', () => {
    const rate = new SourceRate(perMinuteWindow(1));
    for (let i = 0; i < 100_000; i++) rate.admit(`2001:db8::${i.toString(16)}`, 0);
    expect(rate.size).toBe(8192);
    expect(rate.admit('2001:db8::0', 1)).toBe(true);
    expect(rate.admit(`2001:db8::${(99_999).toString(16)}`, 1)).toBe(false);
  });

  it('keeps the counts of all while their number grows', () => {
    const rate = new SourceRate(perMinuteInBuckets(2));
    const callers = Array.from({ length: 1000 }, (_, index) => index);
    const calls = (now: number) => callers.map((address) => rate.admit(address, now));
    expect(calls(0)).toEqual(callers.map(() => true));
    expect(calls(10_000)).toEqual(callers.map(() => true));
    expect(calls(20_000)).toEqual(callers.map(() => false));
    expect(rate.size).toBe(1000);
  });

  it('forgets the two oldest for two new ones, who begin anew', () => {
    const rate = new SourceRate(perMinuteWindow(1));
    for (let address = 0; address < 8192; address++) rate.admit(address, 0);
    expect([8192, 8193].map((address) => rate.admit(address, 0))).toEqual([true, true]);
    expect([2, 8191, 8192, 8193].map((address) => rate.admit(address, 0))).toEqual(Array(4).fill(false));
    expect([0, 1].map((address) => rate.admit(address, 0))).toEqual([true, true]);
    // Which cost the next two their place.
    expect(rate.admit(4, 0)).toBe(false);
    expect([2, 3].map((address) => rate.admit(address, 0))).toEqual([true, true]);
  });

  it('forgets all once no call counts any more, and not before', () => {
    const rate = new SourceRate(perMinuteInBuckets(1));
    for (let address = 0; address < 9000; address++) rate.admit(address, 0);
    expect(rate.admit(8999, 59_999)).toBe(false);
    expect(rate.size).toBe(8192);
    expect(rate.admit(7, 119_999)).toBe(true);
    expect(rate.size).toBe(1);
    for (let address = 0; address < 8192; address++) rate.admit(address, 119_999);
    expect(rate.admit(8191, 119_999)).toBe(false);
    expect(rate.admit(9999, 119_999)).toBe(true);
    // The oldest since then made room.
    expect(rate.admit(7, 119_999)).toBe(true);
    expect(rate.size).toBe(8192);
  });
});
