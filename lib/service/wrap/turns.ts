/** Work that only so much may be done of at once: the rest waits for its turn, but not for ever. */

import type { Cancel, Clock } from '../../sys/clock.ts';

/** How much, and for whom. */
export interface TurnsOptions {
  readonly atOnce: number;
  /** For one customer at once: the others find a turn whatever he asks for. */
  readonly perCustomer?: number;
  /** How long somebody waits for a turn, ms. */
  readonly patienceMs: number;
  readonly clock: Clock;
}

interface Waiter {
  readonly customer: string;
  readonly begin: () => void;
  readonly cancel: Cancel;
}

/** Who came first is first, except that nobody waits for a customer who has all the turns that he may have. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiting = new Set<Waiter>();
  /** The turns that each customer has now. */
  readonly #taken = new Map<string, number>();
  #busy = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Does the work when its turn comes; null when that was not in time. A turn lasts until the work has settled. */
  take<T>(customer: string, work: () => Promise<T>): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        this.#count(customer, 1);
        // Once more inside a promise: work that throws must give its turn back too.
        const done = new Promise<T>((settle) => settle(work()));
        done.finally(() => this.#end(customer)).then(resolve, reject);
      };
      if (this.#isFree(customer)) begin();
      else this.#wait(customer, begin, () => resolve(null));
    });
  }

  #wait(customer: string, begin: () => void, giveUp: () => void): void {
    const { clock, patienceMs } = this.#options;
    const cancel = clock.after(patienceMs, () => {
      this.#waiting.delete(waiter);
      giveUp();
    });
    const waiter: Waiter = { customer, begin, cancel };
    this.#waiting.add(waiter);
  }

  #end(customer: string): void {
    this.#count(customer, -1);
    for (const waiter of this.#waiting) {
      if (this.#busy >= this.#options.atOnce) return;
      if (!this.#isFree(waiter.customer)) continue;
      this.#waiting.delete(waiter);
      waiter.cancel();
      waiter.begin();
    }
  }

  #isFree(customer: string): boolean {
    const { atOnce, perCustomer = atOnce } = this.#options;
    return this.#busy < atOnce && (this.#taken.get(customer) ?? 0) < perCustomer;
  }

  #count(customer: string, by: 1 | -1): void {
    const taken = (this.#taken.get(customer) ?? 0) + by;
    if (taken === 0) this.#taken.delete(customer);
    else this.#taken.set(customer, taken);
    this.#busy += by;
  }
}
