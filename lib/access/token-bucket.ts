/** Starts a second: cps of xinetd.conf(5), as a bucket that fills while nobody takes from it. */

/** Credits of one start; a millisecond earns `rate` of them, so that whole numbers stay whole. */
const START = 1000;

/**
 * At most `rate` starts at once and `rate` a second in the long run; a rate of 0 admits none. It holds no clock: the
 * caller says what time it is (monotonic, ms).
 */
export class TokenBucket {
  readonly #rate: number;
  #credit: number;
  /** A monotonic clock begins at 0, and a bucket full. */
  #countedTo = 0;

  constructor(rate: number) {
    this.#rate = rate;
    this.#credit = rate * START;
  }

  /** How many starts are within the rate now; nothing is counted. */
  room(now: number): number {
    this.#fill(now);
    return Math.floor(this.#credit / START);
  }

  /** Takes one start. */
  count(now: number): void {
    this.#fill(now);
    this.#credit -= START;
  }

  /** Puts one start back. */
  giveBack(): void {
    this.#credit = Math.min(this.#rate * START, this.#credit + START);
  }

  /** A paused service comes back with a full bucket. */
  refill(): void {
    this.#credit = this.#rate * START;
  }

  #fill(now: number): void {
    if (now <= this.#countedTo) return;
    this.#credit = Math.min(this.#rate * START, this.#credit + (now - this.#countedTo) * this.#rate);
    this.#countedTo = now;
  }
}
