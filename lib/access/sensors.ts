/** Addresses that touched a sensor: every service turns them away for a while (xinetd.conf(5), deny_time). */

import { type AddressKey, NO_ADDRESS } from './address-key.ts';

/** Addresses on the list at once, as in xinetd(8). A full list forgets nobody early: else a flood would free them all. */
const CAPACITY = 10_240;

const MINUTE_MS = 60_000;

/** The list of one daemon. It outlives reloads. No clock: `now` is monotonic ms. */
export class Sensors {
  /** Until when, ms. */
  readonly #denied = new Map<AddressKey, number>();

  get size(): number {
    return this.#denied.size;
  }

  /** Whether nobody more can be remembered until somebody is forgiven. */
  get full(): boolean {
    return this.#denied.size >= CAPACITY;
  }

  /**
   * Shuts an address out; whether it is new on the list. 0 minutes shut nobody out, nor does a full list, and Unix sockets
   * have no address to remember. Who is there already keeps its time.
   */
  touch(address: AddressKey, denyMinutes: number | 'forever', now: number): boolean {
    if (address === NO_ADDRESS || denyMinutes === 0 || this.isDenied(address, now)) return false;
    if (this.full && !this.#denied.has(address)) return false;
    const until = denyMinutes === 'forever' ? Number.POSITIVE_INFINITY : now + denyMinutes * MINUTE_MS;
    this.#denied.set(address, until);
    return true;
  }

  /** Whether an address is shut out now. */
  isDenied(address: AddressKey, now: number): boolean {
    const until = this.#denied.get(address);
    return until !== undefined && now < until;
  }

  /** Whether an address is on the list, perhaps for longer than it has to be. */
  holds(address: AddressKey): boolean {
    return this.#denied.has(address);
  }

  /** Forgets those whose time is over; how many there were. */
  expire(now: number): number {
    const before = this.#denied.size;
    for (const [address, until] of this.#denied) {
      if (until <= now) this.#denied.delete(address);
    }
    return before - this.#denied.size;
  }
}
