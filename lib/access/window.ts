/** Counting within a window of time: the starts of a service, the limits of units (systemd.unit(5)), lines of the log. */

import type { WindowLimit } from '../model/unit.ts';

/**
 * The window is fixed: it opens with the first event, and another one opens with the first event after its end. A burst of
 * 0 allows none. It holds no clock: `now` is monotonic, ms.
 */
export class Window {
  #limit: WindowLimit;
  #end = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(limit: WindowLimit) {
    this.#limit = limit;
  }

  /** How many more events the limit allows now; Infinity without a limit. Nothing is counted. */
  room(now: number): number {
    if (this.#limit === null) return Number.POSITIVE_INFINITY;
    return now >= this.#end ? this.#limit.burst : Math.max(0, this.#limit.burst - this.#count);
  }

  /** Counts one event, or returns false: it is one too many. */
  admit(now: number): boolean {
    const admitted = this.room(now) > 0;
    if (admitted) this.count(now);
    return admitted;
  }

  /** Counts one event, whether there is room for it or not. */
  count(now: number): void {
    if (this.#limit === null) return;
    if (now >= this.#end) {
      this.#end = now + this.#limit.intervalMs;
      this.#count = 0;
    }
    this.#count += 1;
  }

  /** Takes back one event that was counted and did not come about. */
  giveBack(): void {
    if (this.#count > 0) this.#count -= 1;
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
