import { describe, expect, it } from '@jest/globals';
import { Window } from '../../lib/access/window.ts';

describe('a window of 2 events in 1000 ms', () => {
  // biome-ignore format: a table
  it.each([
    { at: [0, 10], last: true, because: 'the burst is 2' },
    { at: [0, 10, 999], last: false, because: 'the window is open still' },
    { at: [0, 10, 1000], last: true, because: 'a new one began' },
    { at: [0, 900, 1000, 1100], last: true, because: 'it is fixed and does not slide' },
    { at: [0, 900, 1000, 1100, 1200], last: false, because: 'the new one is full' },
  ])('$last at $at: $because', ({ at, last }) => {
    const window = new Window({ burst: 2, intervalMs: 1000 });
    expect(at.map((now) => window.admit(now)).at(-1)).toBe(last);
  });

  it('stands still while it is held', () => {
    const window = new Window({ burst: 2, intervalMs: 1000 });
    window.admit(0);
    window.hold(500);
    expect([window.admit(1400), window.admit(1499), window.admit(1500)]).toEqual([true, false, true]);
  });

  it('says how many more it takes, and how long it lasts', () => {
    const window = new Window({ burst: 2, intervalMs: 1000 });
    window.admit(100);
    expect([window.room(200), window.left(200), window.left(2000)]).toEqual([1, 900, 0]);
  });

  it('takes back what did not come about', () => {
    const window = new Window({ burst: 1, intervalMs: 1000 });
    window.count(0);
    window.giveBack();
    expect([window.admit(1), window.admit(2)]).toEqual([true, false]);
  });

  it('begins anew after a reset', () => {
    const window = new Window({ burst: 1, intervalMs: 1000 });
    window.count(0);
    window.reset();
    expect(window.room(1)).toBe(1);
  });

  it('takes nothing with a burst of 0', () => {
    expect(new Window({ burst: 0, intervalMs: 1000 }).admit(0)).toBe(false);
  });

  it('takes everything without a limit', () => {
    const window = new Window(null);
    expect([window.room(0), window.admit(0)]).toEqual([Number.POSITIVE_INFINITY, true]);
  });

  it('counts against a changed limit what it counted before', () => {
    const window = new Window({ burst: 2, intervalMs: 1000 });
    window.admit(0);
    window.change({ burst: 1, intervalMs: 1000 });
    expect(window.admit(1)).toBe(false);
  });
});
