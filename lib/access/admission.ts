/** May this caller be served now? Every gate of a service, in one order, with one verdict. */

import type { Limits } from '../model/service.ts';
import { RateLimit } from './rate-limit.ts';
import { type AddressKey, perMinuteInBuckets, perMinuteWindow, SourceRate } from './source-rate.ts';

/**
 * `refuse` turns this caller away; `trip` closes the whole service for a while. The reasons are those of the log and
 * the counters.
 */
export type Verdict = 'admit' | 'trip' | 'per-address-rate' | 'ip-max' | 'per-address-children';

const MINUTE_MS = 60_000;

/**
 * The gates of one service and what they counted. It holds no clock. The order is: starts per minute, calls per minute
 * of the address, ip_max, children of the address; the number of children altogether is not asked here, since a full
 * service is not polled at all.
 */
export class Admission {
  #limits: Limits;
  #starts: RateLimit | null;
  #sourceRate: SourceRate | null;
  #ipMax: SourceRate | null;
  /** Only where children are counted by address. */
  #childrenOf: Map<AddressKey, number> | null = null;
  #children = 0;
  #served = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#starts = startsOf(limits);
    this.#sourceRate = sourceRateOf(limits);
    this.#ipMax = ipMaxOf(limits);
  }

  /** Whether any gate asks for the caller's address. */
  get asksAddress(): boolean {
    return this.#sourceRate !== null || this.#ipMax !== null || this.#limits.perAddressChildren !== null;
  }

  /** Whether any gate counts calls, and not only children. */
  get limitsCalls(): boolean {
    return this.#starts !== null || this.#sourceRate !== null || this.#ipMax !== null;
  }

  get children(): number {
    return this.#children;
  }

  /** Whether no further child may be started before one ends. */
  get full(): boolean {
    return this.#limits.children !== null && this.#children >= this.#limits.children;
  }

  /** New limits in place: what was counted stays, unless the limit itself changed. */
  replace(limits: Limits): void {
    const old = this.#limits;
    this.#limits = limits;
    if (old.perMinute !== limits.perMinute) this.#starts = startsOf(limits);
    if (old.perAddressPerMinute !== limits.perAddressPerMinute) this.#sourceRate = sourceRateOf(limits);
    if (old.ipMax !== limits.ipMax) this.#ipMax = ipMaxOf(limits);
  }

  /** Asks all gates for one caller, monotonic `now` in ms; `address` may be empty when asksAddress is false. */
  ask(address: AddressKey, now: number): Verdict {
    if (this.#starts !== null && !this.#starts.hasRoom(now)) return 'trip';
    if (this.#sourceRate !== null && !this.#sourceRate.admit(address, now)) return 'per-address-rate';
    if (this.#ipMax !== null && !this.#ipMax.admit(address, now)) return 'ip-max';
    const { perAddressChildren } = this.#limits;
    if (perAddressChildren !== null && (this.#childrenOf?.get(address) ?? 0) >= perAddressChildren) {
      return 'per-address-children';
    }
    // Only now: a caller over its own limit must not use up the service's.
    this.#starts?.count(now);
    return 'admit';
  }

  /** How many were served since the start. */
  get served(): number {
    return this.#served;
  }

  /** A child of this caller was started. */
  began(address: AddressKey): void {
    this.#children += 1;
    this.#served += 1;
    if (this.#limits.perAddressChildren === null) return;
    this.#childrenOf ??= new Map();
    this.#childrenOf.set(address, (this.#childrenOf.get(address) ?? 0) + 1);
  }

  /** A child of this caller ended. */
  ended(address: AddressKey): void {
    this.#children -= 1;
    if (this.#childrenOf === null) return;
    const left = (this.#childrenOf.get(address) ?? 0) - 1;
    if (left > 0) this.#childrenOf.set(address, left);
    else this.#childrenOf.delete(address);
  }

  /** Somebody who was counted is not to be served after all. */
  withdrew(address: AddressKey): void {
    this.#served -= 1;
    this.ended(address);
  }

  /** The service came back after a trip: its window starts anew. */
  healed(): void {
    this.#starts?.reset();
  }
}

function startsOf(limits: Limits): RateLimit | null {
  return limits.perMinute === null ? null : new RateLimit({ burst: limits.perMinute, intervalMs: MINUTE_MS });
}

function sourceRateOf({ perAddressPerMinute }: Limits): SourceRate | null {
  return perAddressPerMinute === null ? null : new SourceRate(perMinuteInBuckets(perAddressPerMinute));
}

function ipMaxOf({ ipMax }: Limits): SourceRate | null {
  return ipMax === null ? null : new SourceRate(perMinuteWindow(ipMax));
}
