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

  /** Counts one start and says whether it is within the limit. */
  admit(now: number): boolean {
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + this.#rate.intervalMs;
      this.#count = 0;
    }
    if (this.#count >= this.#rate.burst) return false;
    this.#count += 1;
    return true;
  }

  /** Forgets the window: a tripped service comes back with a full one. */
  reset(): void {
    this.#windowEnd = Number.NEGATIVE_INFINITY;
  }
}
