/** The watchdog that a running service has to feed (systemd.service(5), WatchdogSec=). */

import type { Clock } from '../../sys/clock.ts';
import { Deadline } from '../deadline.ts';
import type { Sub } from './life.ts';
import { WATCHED } from './state.ts';

/** Bites when it was not fed in time. */
export class Watchdog {
  readonly #deadline: Deadline;
  #limitMs: number | null = null;

  constructor(clock: Clock, bite: () => void) {
    this.#deadline = new Deadline(clock, bite);
  }

  /** How long it waits, ms; null: there is none. */
  get limitMs(): number | null {
    return this.#limitMs;
  }

  /** A life begins, or the service has changed its mind (WATCHDOG_USEC=). */
  limit(ms: number | null): void {
    this.#limitMs = ms;
  }

  /** From the start on it waits for the next time. */
  feed(sub: Sub): void {
    const limitMs = this.#limitMs ?? 0;
    if (limitMs > 0 && (sub === 'start' || WATCHED.has(sub))) this.#deadline.set(limitMs);
  }

  /** The service is in another state. */
  entered(sub: Sub): void {
    if (!WATCHED.has(sub)) this.#deadline.stop();
  }
}
