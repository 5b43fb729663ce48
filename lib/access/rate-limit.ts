/** Starts per window: the loop detection of every inetd, and NetBSD's ip_max. */

/** At most `burst` in a window of `intervalMs`. */
export interface Rate {
  readonly burst: number;
  readonly intervalMs: number;
}

/**
 * A fixed window that opens with the first start in it. It holds no clock: the caller says what time it is
 * (monotonic, ms). Exactly `burst` are admitted; a burst of 0 admits none.
 */
export class RateLimit {
  readonly #rate: Rate;
  #windowEnd = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Whether one more start is within the limit; nothing is counted. */
  hasRoom(now: number): boolean {
    return now >= this.#windowEnd ? this.#rate.burst > 0 : this.#count < this.#rate.burst;
  }

  /** Counts one start. */
  count(now: number): void {
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + this.#rate.intervalMs;
      this.#count = 0;
    }
    this.#count += 1;
  }

  /** Takes back one start that was counted and did not come about. */
  giveBack(): void {
    if (this.#count > 0) this.#count -= 1;
  }

  /** Forgets the window: a tripped service comes back with a full one. */
  reset(): void {
    this.#windowEnd = Number.NEGATIVE_INFINITY;
  }
}
