/** Looks again and again, less often the longer it takes. */

import type { Cancel, Clock } from '../../sys/clock.ts';

const FIRST_MS = 20;
const LAST_MS = 1000;

/** Looks after 20, 40, 80 … 1000 ms, from `begin` to `end`. */
export class Backoff {
  readonly #clock: Clock;
  readonly #look: () => void;
  #cancel: Cancel | null = null;
  #delayMs = FIRST_MS;

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
  }

  get running(): boolean {
    return this.#cancel !== null;
  }

  /** Goes on as it is when it runs already. */
  begin(): void {
    this.#cancel ??= this.#clock.after(this.#delayMs, () => this.now());
  }

  /** Looks at once, and then begins anew if it is still wanted. */
  now(): void {
    this.#cancel?.();
    this.#delayMs = Math.min(LAST_MS, this.#delayMs * 2);
    // Whoever looks may end this, so it goes on first.
    this.#cancel = null;
    this.begin();
    this.#look();
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#delayMs = FIRST_MS;
  }
}
