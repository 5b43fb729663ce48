/** What a service counts of its calls, for the gates that are about how often. */

import type { Limits } from '../model/service.ts';
import { perMinuteInBuckets, perMinuteWindow, SourceRate } from './source-rate.ts';
import { TokenBucket } from './token-bucket.ts';
import { Window } from './window.ts';

const MINUTE_MS = 60_000;

/** A counter is null where nothing is limited. */
export class CallCounts {
  #limits: Limits;
  #starts: Window | null;
  #bucket: TokenBucket | null;
  #perMinute: SourceRate | null;
  #ipMax: SourceRate | null;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#starts = startsOf(limits);
    this.#bucket = bucketOf(limits);
    this.#perMinute = perMinuteOf(limits);
    this.#ipMax = ipMaxOf(limits);
  }

  /** Starts per minute. */
  get starts(): Window | null {
    return this.#starts;
  }

  /** Starts per second. */
  get bucket(): TokenBucket | null {
    return this.#bucket;
  }

  /** Calls per minute of each address. */
  get perMinute(): SourceRate | null {
    return this.#perMinute;
  }

  /** NetBSD's ip_max, of each address. */
  get ipMax(): SourceRate | null {
    return this.#ipMax;
  }

  /** Whether addresses are counted. */
  get asksAddress(): boolean {
    return this.#perMinute !== null || this.#ipMax !== null;
  }

  /** Whether anything is counted. */
  get limits(): boolean {
    return this.#starts !== null || this.#bucket !== null || this.asksAddress;
  }

  /** What was counted stays, unless the limit itself changed. */
  replace(limits: Limits): void {
    const old = this.#limits;
    this.#limits = limits;
    if (old.perMinute !== limits.perMinute) this.#starts = startsOf(limits);
    if (old.perSecond?.rate !== limits.perSecond?.rate) this.#bucket = bucketOf(limits);
    if (old.perAddressPerMinute !== limits.perAddressPerMinute) this.#perMinute = perMinuteOf(limits);
    if (old.ipMax !== limits.ipMax) this.#ipMax = ipMaxOf(limits);
  }

  /** Counts one start of the service; addresses count when they are asked about. */
  count(now: number): void {
    this.#starts?.count(now);
    this.#bucket?.count(now);
  }

  /** That start did not come about. */
  giveBack(): void {
    this.#starts?.giveBack();
    this.#bucket?.giveBack();
  }

  /** The service came back after a pause: its rates begin anew. */
  reset(): void {
    this.#starts?.reset();
    this.#bucket?.refill();
  }
}

function startsOf({ perMinute }: Limits): Window | null {
  return perMinute === null ? null : new Window({ burst: perMinute, intervalMs: MINUTE_MS });
}

function bucketOf({ perSecond }: Limits): TokenBucket | null {
  return perSecond === null ? null : new TokenBucket(perSecond.rate);
}

function perMinuteOf({ perAddressPerMinute }: Limits): SourceRate | null {
  return perAddressPerMinute === null ? null : new SourceRate(perMinuteInBuckets(perAddressPerMinute));
}

function ipMaxOf({ ipMax }: Limits): SourceRate | null {
  return ipMax === null ? null : new SourceRate(perMinuteWindow(ipMax));
}
