import { describe, expect, it } from '@jest/globals';
import { type Closable, Lingering } from '../../lib/builtins/lingering.ts';
import { ManualClock } from './manual-clock.ts';

class TestEnding implements Closable {
  readonly #lingering: Lingering;
  closes = 0;

  constructor(lingering: Lingering) {
    this.#lingering = lingering;
  }

  close(): void {
    this.closes += 1;
    this.#lingering.delete(this);
  }
}

describe('Lingering', () => {
  const start = () => {
    const clock = new ManualClock();
    const lingering = new Lingering(clock);
    const add = () => {
      const one = new TestEnding(lingering);
      lingering.add(one);
      return one;
    };
    return { clock, lingering, add };
  };

  it.each([
    { at: 1999, closes: 0, because: 'callers have 2 s' },
    { at: 2000, closes: 1, because: 'that is all a caller gets' },
    { at: 9000, closes: 1, because: 'it is closed once' },
  ])('closed $closes times after $at ms: $because', ({ at, closes }) => {
    const { clock, add } = start();
    const one = add();
    clock.advance(at);
    expect(one.closes).toBe(closes);
  });

  it('forgets a connection whose caller closed', () => {
    const { clock, lingering, add } = start();
    const one = add();
    lingering.delete(one);
    clock.advance(9000);
    expect(one.closes).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('gives each one its own time, with a timer for all', () => {
    const { clock, add } = start();
    const ones = [add()];
    clock.advance(5);
    ones.push(add());
    clock.advance(12);
    ones.push(add());
    const closedAt = (ms: number) => {
      clock.advance(ms - clock.now());
      return ones.map((one) => one.closes).join('');
    };
    expect([1999, 2000, 2004, 2005, 2016, 2017].map(closedAt)).toEqual([
      '000',
      '100',
      '100',
      '110',
      '110',
      '111',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('closes the oldest for the 1025th', () => {
    const { add } = start();
    const ones = Array.from({ length: 1025 }, add);
    expect(ones.map((one) => one.closes).reduce((sum, count) => sum + count)).toBe(1);
    expect(ones[0]?.closes).toBe(1);
  });
});
