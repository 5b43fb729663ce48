/** The one timer of a state, which may be put off while it runs. */

import type { Cancel, Clock } from '../sys/clock.ts';

/** Delays are ms; Infinity is none. Without a delay no timer exists. */
export class Deadline {
  readonly #clock: Clock;
  readonly #action: () => void;
  #cancel: Cancel | null = null;
  #at = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, action: () => void) {
    this.#clock = clock;
    this.#action = action;
  }

  /** Replaces the timer that runs. */
  set(afterMs: number): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#at = Number.POSITIVE_INFINITY;
    if (afterMs === Number.POSITIVE_INFINITY) return;
    this.#at = this.#clock.now() + afterMs;
    this.#cancel = this.#clock.after(afterMs, () => {
      this.#cancel = null;
      this.#at = Number.POSITIVE_INFINITY;
      this.#action();
    });
  }

  /** It will not fire before so long from now: never earlier than it would have. */
  extend(byMs: number): void {
    if (this.#cancel !== null && this.#clock.now() + byMs > this.#at) this.set(byMs);
  }

  stop(): void {
    this.set(Number.POSITIVE_INFINITY);
  }
}
