/** Connections on which everything was said, until their callers close them too. */

import type { Cancel, Clock } from '../sys/clock.ts';

/** When a connection is looked at first. Most callers have closed by then, and it need never be watched. */
const FIRST_LOOK_MS = 20;
/** How long the others have to read the answer and close. */
const LINGER_MS = 2000;
/** So many wait at once; for one more, the oldest is closed. */
const CAPACITY = 1024;

/** A connection that waits for its caller. */
export interface Ending {
  /** Closes now if the caller has, else as soon as the caller does. */
  look(): void;
  /** Closes whatever the caller does. */
  close(): void;
}

/** Looks once at each connection, and later closes those that are still there. */
export class Lingering {
  readonly #waiting = new Set<Ending>();
  readonly #looks: Delayed;
  readonly #ends: Delayed;

  constructor(clock: Clock) {
    this.#looks = new Delayed(clock, FIRST_LOOK_MS, (one) => this.#look(one));
    this.#ends = new Delayed(clock, LINGER_MS, (one) => this.#end(one));
  }

  add(one: Ending): void {
    if (this.#waiting.size >= CAPACITY) this.#waiting.values().next().value?.close();
    this.#waiting.add(one);
    this.#looks.add(one);
  }

  /** Forgets one that was closed; it need not have been added. */
  delete(one: Ending): void {
    this.#waiting.delete(one);
  }

  #look(one: Ending): void {
    if (!this.#waiting.has(one)) return;
    one.look();
    if (this.#waiting.has(one)) this.#ends.add(one);
  }

  #end(one: Ending): void {
    if (this.#waiting.has(one)) one.close();
  }
}

/** Does something with each connection after the same time, with one timer: the first to come is the first to go. */
class Delayed {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #act: (one: Ending) => void;
  #queue: { readonly one: Ending; readonly at: number }[] = [];
  #timer: Cancel | null = null;

  constructor(clock: Clock, delayMs: number, act: (one: Ending) => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#act = act;
  }

  add(one: Ending): void {
    this.#queue.push({ one, at: this.#clock.now() + this.#delayMs });
    this.#timer ??= this.#clock.after(this.#delayMs, () => this.#run());
  }

  #run(): void {
    const now = this.#clock.now();
    const rest = this.#queue.findIndex(({ at }) => at > now);
    const due = rest < 0 ? this.#queue : this.#queue.splice(0, rest);
    if (rest < 0) this.#queue = [];
    const [next] = this.#queue;
    this.#timer = next === undefined ? null : this.#clock.after(next.at - now, () => this.#run());
    for (const { one } of due) this.#act(one);
  }
}
