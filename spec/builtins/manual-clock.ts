/** A clock that is moved by hand. */

import type { Cancel, Clock } from '../../lib/sys/clock.ts';

export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Map<object, { readonly at: number; readonly action: () => void }>();

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): Cancel {
    const key = {};
    this.#timers.set(key, { at: this.#now + delayMs, action });
    return () => this.#timers.delete(key);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass, and calls what was due, in order. */
  advance(byMs: number): void {
    const end = this.#now + byMs;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due[1].at;
      this.#timers.delete(due[0]);
      due[1].action();
    }
    this.#now = end;
  }
}
