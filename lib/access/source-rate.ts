/** How often each address called lately, in memory that does not grow with the number of addresses. */

import type { AddressKey } from './address-key.ts';

export type { AddressKey };

/** A sum over the last `buckets` spans of `bucketMs`. */
export interface SourceRateLimit {
  readonly burst: number;
  readonly buckets: number;
  readonly bucketMs: number;
}

/** inetd(8) of FreeBSD counts in six buckets of ten seconds. */
export const perMinuteInBuckets = (burst: number): SourceRateLimit => ({
  burst,
  buckets: 6,
  bucketMs: 10_000,
});

/** inetd.conf(5) of NetBSD, ip_max: one window of a minute. */
export const perMinuteWindow = (burst: number): SourceRateLimit => ({ burst, buckets: 1, bucketMs: 60_000 });

/** Addresses remembered per service; the one that has been known longest is forgotten first. */
const CAPACITY = 8192;

/** Room for so many addresses at first; it doubles. */
const FIRST_ROOM = 8;

/**
 * Counts calls per address; refused ones count too, so that a flood stays refused. Once nobody called for as long as a
 * call counts, all are forgotten. No clock: `now` is monotonic ms.
 */
export class SourceRate {
  readonly #limit: SourceRateLimit;
  readonly #places = new Map<AddressKey, number>();
  /** The address at each place, in the order in which they came; a full table is gone round again. */
  #addresses: AddressKey[] = [];
  #oldest = 0;
  /** Of each place `buckets` numbers: the span in which a bucket was last used, from 1, and the calls in it. */
  #spans: Uint32Array;
  #counts: Uint32Array;
  #latest = 0;

  constructor(limit: SourceRateLimit) {
    this.#limit = limit;
    this.#spans = new Uint32Array(FIRST_ROOM * limit.buckets);
    this.#counts = new Uint32Array(FIRST_ROOM * limit.buckets);
  }

  /** Counts one call of this address and says whether it is within the limit. */
  admit(address: AddressKey, now: number): boolean {
    const { buckets, bucketMs, burst } = this.#limit;
    const span = Math.floor(now / bucketMs) + 1;
    if (span - this.#latest >= buckets) this.#forget();
    this.#latest = span;
    const first = (this.#places.get(address) ?? this.#enter(address)) * buckets;
    const bucket = first + (span % buckets);
    if (this.#spans[bucket] !== span) {
      this.#spans[bucket] = span;
      this.#counts[bucket] = 0;
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    let total = 0;
    for (let i = first; i < first + buckets; i++) {
      if ((this.#spans[i] ?? 0) > span - buckets) total += this.#counts[i] ?? 0;
    }
    return total <= burst;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#places.size;
  }

  #enter(address: AddressKey): number {
    const place = this.#places.size < CAPACITY ? this.#takeNew() : this.#takeOldest();
    this.#addresses[place] = address;
    this.#places.set(address, place);
    return place;
  }

  #takeNew(): number {
    const place = this.#places.size;
    if (this.#spans.length <= place * this.#limit.buckets) {
      this.#spans = doubled(this.#spans);
      this.#counts = doubled(this.#counts);
    }
    return place;
  }

  /** The place of the oldest address, emptied. */
  #takeOldest(): number {
    const { buckets } = this.#limit;
    const place = this.#oldest;
    this.#oldest = (place + 1) % CAPACITY;
    this.#places.delete(this.#addresses[place] ?? '');
    for (let i = place * buckets; i < (place + 1) * buckets; i++) this.#spans[i] = 0;
    return place;
  }

  #forget(): void {
    if (this.#places.size === 0) return;
    this.#places.clear();
    this.#addresses = [];
    this.#oldest = 0;
    this.#spans = new Uint32Array(FIRST_ROOM * this.#limit.buckets);
    this.#counts = new Uint32Array(FIRST_ROOM * this.#limit.buckets);
  }
}

function doubled(numbers: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
