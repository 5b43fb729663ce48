/** Who gets a turn, and when. */

import { describe, expect, it } from '@jest/globals';
import { Turns, type TurnsOptions } from '../../../lib/service/wrap/turns.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';

describe('Turns', () => {
  it('go to the first that come, and then to those who wait, in their order', async () => {
    const { begun, end, take } = make({ atOnce: 2 });
    const all = ['a', 'b', 'c', 'd'].map((name) => take(name));
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    await end('a');
    await end('d');
    await end('c');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('of one customer leave the others theirs', async () => {
    const { begun, end, take } = make({ atOnce: 2, perCustomer: 1 });
    for (const name of ['a1', 'a2', 'a3']) void take(name, 'a');
    void take('b1', 'b');
    void take('b2', 'b');
    expect(begun).toEqual(['a1', 'b1']);
    await end('b1');
    expect(begun).toEqual(['a1', 'b1', 'b2']);
    await end('a1');
    expect(begun).toEqual(['a1', 'b1', 'b2', 'a2']);
  });

  it('that do not come in time are given up, and nothing is done', async () => {
    const { begun, clock, end, take } = make({ atOnce: 1 });
    void take('a');
    const late = take('b');
    clock.advance(1000);
    expect(await late).toBeNull();
    await end('a');
    expect(begun).toEqual(['a']);
    void take('c');
    expect(begun).toEqual(['a', 'c']);
    expect(clock.pending).toBe(0);
  });

  it('last as long as their work, however long somebody was ready to wait', async () => {
    const { begun, clock, take } = make({ atOnce: 1 });
    void take('a');
    clock.advance(10_000);
    const second = take('b');
    clock.advance(1000);
    expect(await second).toBeNull();
    expect(begun).toEqual(['a']);
  });

  it('are given back by work that fails, or throws', async () => {
    const clock = new ManualClock();
    const turns = new Turns({ atOnce: 1, patienceMs: 1000, clock });
    await expect(turns.take('', () => Promise.reject(new Error('late')))).rejects.toThrow('late');
    const thrown = turns.take('', () => {
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
    expect(await turns.take('', () => Promise.resolve(1))).toBe(1);
  });
});

/** Work that goes on until it is ended by its name; it gives that name. */
function make(options: Pick<TurnsOptions, 'atOnce' | 'perCustomer'>) {
  const clock = new ManualClock();
  const turns = new Turns({ ...options, patienceMs: 1000, clock });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (name: string, customer = name) =>
    turns.take(customer, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  /** Ends it, and lets everything that follows from it happen. */
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise(setImmediate);
  };
  return { begun, clock, end, take };
}
