/** May this caller be served now? Every gate of a service, in one order, with one verdict. */

import type { Access } from '../model/access.ts';
import { REFUSAL_REASONS, type RefusalReason } from '../model/refusal.ts';
import type { Limits } from '../model/service.ts';
import { type AccessLists, accessListsOf } from './access-lists.ts';
import type { AddressKey } from './address-key.ts';
import { CallCounts } from './call-counts.ts';
import { type Gate, gatesOf, type Refusal } from './gates.ts';
import type { House } from './house.ts';
import { LiveChildren } from './live-children.ts';

/** What decides about the callers of a service; a Service is one. */
export interface Gates {
  readonly limits: Limits;
  readonly access: Access;
}

/** `ask-name`: every other gate is passed, and `decideByName` says the rest. `trip` closes the service for a while. */
export type Verdict = 'admit' | 'ask-name' | 'address' | Refusal;

/** How many callers were turned away, by reason. */
export type RefusalCounters = Readonly<Record<RefusalReason, number>>;

/**
 * The gates of one service and what they counted. It holds no clock: `now` is monotonic, ms. An address may be left out
 * (`''`) while `asksAddress` is false. Rates of the service count those whom no gate turned away; rates of an address
 * count every call that comes as far, so that a flood stays refused.
 */
export class Admission {
  readonly #house: House;
  readonly #calls: CallCounts;
  readonly #children = new LiveChildren();
  #gates: readonly Gate[];
  #lists: AccessLists | null;
  #limits: Limits;
  #served = 0;
  /** Made with the first refusal. */
  #counters: Record<RefusalReason, number> | null = null;

  constructor({ limits, access }: Gates, house: House) {
    this.#house = house;
    this.#limits = limits;
    this.#calls = new CallCounts(limits);
    this.#lists = accessListsOf(access);
    this.#gates = this.#gatesOf(access);
  }

  /** Whether any gate asks for the caller's address: it changes when somebody touches a sensor. */
  get asksAddress(): boolean {
    return (
      this.#lists !== null ||
      this.#limits.perAddressChildren !== null ||
      this.#calls.asksAddress ||
      this.#house.sensors.size > 0
    );
  }

  /** Whether any gate counts calls, and not only children. */
  get limitsCalls(): boolean {
    return this.#calls.limits;
  }

  /** Whether the access lists hold names of hosts or domains. */
  get asksName(): boolean {
    return this.#lists?.asksName === true;
  }

  get children(): number {
    return this.#children.count;
  }

  /** How many were served since the start. */
  get served(): number {
    return this.#served;
  }

  /** Whether callers have to wait until a child ends. */
  get full(): boolean {
    const { children, atChildren } = this.#limits;
    return children !== null && atChildren === 'wait' && this.#children.count >= children;
  }

  get counters(): RefusalCounters {
    return this.#counters ?? NOBODY_REFUSED;
  }

  /**
   * How many callers to accept at most: as many as the starts per second leave, and the one with whom they trip. The
   * others wait in the backlog. Infinity without such a limit.
   */
  room(now: number): number {
    return this.#calls.bucket === null ? Number.POSITIVE_INFINITY : this.#calls.bucket.room(now) + 1;
  }

  /** New gates in place: what was counted stays, unless the limit itself changed. */
  replace({ limits, access }: Gates): void {
    this.#limits = limits;
    this.#calls.replace(limits);
    this.#lists = accessListsOf(access);
    this.#gates = this.#gatesOf(access);
  }

  /** Asks all gates for one caller. Who turns the caller away says so to `count`. */
  ask(address: AddressKey, now: number): Verdict {
    for (const gate of this.#gates) {
      const refusal = gate(address, now);
      if (refusal !== null) return refusal;
    }
    const verdict = this.#lists === null ? 'admit' : this.#lists.ask(address);
    // Only now: a caller over its own limit must not use up the service's.
    if (verdict !== 'address') this.#calls.count(now);
    return verdict;
  }

  /** After `ask-name`: the name leads back to the address (a forward look-up said so), or null when none does. */
  decideByName(address: AddressKey, name: string | null): 'admit' | 'address' {
    const verdict = this.#lists === null ? 'admit' : this.#lists.decide(address, name);
    if (verdict === 'address') this.#calls.giveBack();
    return verdict;
  }

  /** Whether this address may still call, as far as lists and sensors say so without its name. */
  allows(address: AddressKey): boolean {
    return !this.#house.sensors.holds(address) && this.#lists?.ask(address) !== 'address';
  }

  /** Somebody was turned away, at these gates or behind them. */
  count(reason: RefusalReason): void {
    this.#counters ??= { ...NOBODY_REFUSED };
    this.#counters[reason] += 1;
  }

  /** A child of this caller was started, or is about to be. */
  began(address: AddressKey): void {
    this.#served += 1;
    this.#children.began(address);
    this.#house.began();
  }

  /** A child of this caller ended: the same address as when it began. */
  ended(address: AddressKey): void {
    this.#children.ended(address);
    this.#house.ended();
  }

  /** Somebody who was counted is not to be served after all. */
  withdrew(address: AddressKey): void {
    this.#served -= 1;
    this.ended(address);
  }

  /** The service came back after a trip: its rates begin anew. */
  healed(): void {
    this.#calls.reset();
  }

  #gatesOf(access: Access): readonly Gate[] {
    const calls = this.#calls;
    return gatesOf({ limits: this.#limits, access, calls, children: this.#children, house: this.#house });
  }
}

const NOBODY_REFUSED = Object.freeze(
  Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, 0])),
) as RefusalCounters;
