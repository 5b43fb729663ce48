/** Counting within a window of time, as the limits of units do (systemd.socket(5), systemd.unit(5)). */

import type { WindowLimit } from '../model/unit.ts';

/**
 * The window is fixed: it opens with the first event, and another one opens with the first event after its end. It holds
 * no clock: `now` is monotonic, ms.
 */
export class Window {
  #limit: WindowLimit;
  #end = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(limit: WindowLimit) {
    this.#limit = limit;
  }

  /** How many more events the limit allows now; Infinity without a limit. */
  room(now: number): number {
    if (this.#limit === null) return Number.POSITIVE_INFINITY;
    return now >= this.#end ? this.#limit.burst : Math.max(0, this.#limit.burst - this.#count);
  }

  /** Counts one event, or returns false: it is one too many. */
  admit(now: number): boolean {
    if (this.#limit === null) return true;
    if (this.room(now) === 0) return false;
    if (now >= this.#end) {
      this.#end = now + this.#limit.intervalMs;
      this.#count = 0;
    }
    this.#count += 1;
    return true;
  }

  /** How long the window is open still, ms; 0: it has ended. */
  left(now: number): number {
    return Math.max(0, this.#end - now);
  }

  /** The window stands still for so long: nothing can be counted meanwhile. */
  hold(forMs: number): void {
    this.#end += forMs;
  }

  /** Another limit; what was counted counts against it. */
  change(limit: WindowLimit): void {
    this.#limit = limit;
  }

  /** Forgets what was counted. */
  reset(): void {
    this.#end = Number.NEGATIVE_INFINITY;
  }
}
