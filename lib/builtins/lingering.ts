/** Connections on which everything was said, until their callers close them too. */

import type { Cancel, Clock } from '../sys/clock.ts';

/** How long a caller has to read the answer and close. */
const LINGER_MS = 2000;
/** So many wait at once; for one more, the oldest is closed. */
const CAPACITY = 1024;

/** What can be closed. */
export interface Closable {
  close(): void;
}

/** One timer for all of them: they all wait equally long, so that the first to come is the first to go. */
export class Lingering {
  readonly #clock: Clock;
  /** In the order of their coming, with the time at which each is closed. */
  readonly #deadlines = new Map<Closable, number>();
  #timer: Cancel | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(one: Closable): void {
    if (this.#deadlines.size >= CAPACITY) this.#deadlines.keys().next().value?.close();
    this.#deadlines.set(one, this.#clock.now() + LINGER_MS);
    this.#timer ??= this.#clock.after(LINGER_MS, () => this.#sweep());
  }

  /** Forgets one that was closed; it need not have been added. */
  delete(one: Closable): void {
    this.#deadlines.delete(one);
  }

  #sweep(): void {
    this.#timer = null;
    const now = this.#clock.now();
    for (const [one, deadline] of this.#deadlines) {
      if (deadline > now) {
        this.#timer = this.#clock.after(deadline - now, () => this.#sweep());
        return;
      }
      this.#deadlines.delete(one);
      one.close();
    }
  }
}
