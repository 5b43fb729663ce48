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

interface Source {
  /** The span in which each bucket was last used. */
  readonly spans: Float64Array;
  readonly counts: Uint32Array;
}

/**
 * Counts calls per address; refused ones count too, so that a flood stays refused. No clock: `now` is monotonic ms.
 */
export class SourceRate {
  readonly #limit: SourceRateLimit;
  readonly #sources = new Map<AddressKey, Source>();

  constructor(limit: SourceRateLimit) {
    this.#limit = limit;
  }

  /** Counts one call of this address and says whether it is within the limit. */
  admit(address: AddressKey, now: number): boolean {
    const { buckets, bucketMs, burst } = this.#limit;
    const span = Math.floor(now / bucketMs);
    const source = this.#source(address);
    const slot = span % buckets;
    if (source.spans[slot] !== span) {
      source.spans[slot] = span;
      source.counts[slot] = 0;
    }
    source.counts[slot] = (source.counts[slot] ?? 0) + 1;
    let total = 0;
    for (let i = 0; i < buckets; i++) {
      if ((source.spans[i] ?? 0) > span - buckets) total += source.counts[i] ?? 0;
    }
    return total <= burst;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#sources.size;
  }

  #source(address: AddressKey): Source {
    const known = this.#sources.get(address);
    if (known !== undefined) return known;
    if (this.#sources.size >= CAPACITY) {
      const oldest = this.#sources.keys().next();
      if (oldest.done !== true) this.#sources.delete(oldest.value);
    }
    const { buckets } = this.#limit;
    const source = {
      spans: new Float64Array(buckets).fill(Number.NEGATIVE_INFINITY),
      counts: new Uint32Array(buckets),
    };
    this.#sources.set(address, source);
    return source;
  }
}
