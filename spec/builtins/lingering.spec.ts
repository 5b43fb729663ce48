import { describe, expect, it } from '@jest/globals';
import { type Ending, Lingering } from '../../lib/builtins/lingering.ts';
import { ManualClock } from './manual-clock.ts';

/** A connection whose caller closes when `leaves` says so. */
class TestEnding implements Ending {
  readonly #lingering: Lingering;
  readonly #leaves: boolean;
  looks = 0;
  closes = 0;

  constructor(lingering: Lingering, leaves: boolean) {
    this.#lingering = lingering;
    this.#leaves = leaves;
  }

  look(): void {
    this.looks += 1;
    if (this.#leaves) this.close();
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
    const add = (leaves: boolean) => {
      const one = new TestEnding(lingering, leaves);
      lingering.add(one);
      return one;
    };
    return { clock, add };
  };

  it.each([
    { leaves: true, at: 19, looks: 0, closes: 0, because: 'callers have 20 ms' },
    { leaves: true, at: 20, looks: 1, closes: 1, because: 'the caller has closed' },
    { leaves: true, at: 9000, looks: 1, closes: 1, because: 'it is closed once' },
    { leaves: false, at: 2019, looks: 1, closes: 0, because: 'the caller has 2 s more' },
    { leaves: false, at: 2020, looks: 1, closes: 1, because: 'that is all a caller gets' },
  ])('after $at ms there were $looks looks and $closes ends: $because', ({ leaves, at, looks, closes }) => {
    const { clock, add } = start();
    const one = add(leaves);
    clock.advance(at);
    expect([one.looks, one.closes]).toEqual([looks, closes]);
  });

  it('gives each one its own time, with a timer for all', () => {
    const { clock, add } = start();
    const ones = [add(false)];
    clock.advance(5);
    ones.push(add(false));
    clock.advance(12);
    ones.push(add(false));
    const closedAt = (ms: number) => {
      clock.advance(ms - clock.now());
      return ones.map((one) => one.closes).join('');
    };
    expect([2019, 2020, 2024, 2025, 2036, 2037].map(closedAt)).toEqual([
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
    const ones = Array.from({ length: 1025 }, () => add(false));
    expect(ones.map((one) => one.closes).reduce((sum, count) => sum + count)).toBe(1);
    expect(ones[0]?.closes).toBe(1);
  });
});
