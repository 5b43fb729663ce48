/** The running children of one service, altogether and by the caller's address. */

import { type AddressKey, NO_ADDRESS } from './address-key.ts';

/**
 * Exact, and never larger than there are children. Children of an unknown address are not entered one by one, so that a
 * service that does not look at addresses pays for a number only.
 */
export class LiveChildren {
  #count = 0;
  #unknown = 0;
  /** Made with the first address. */
  #byAddress: Map<AddressKey, number> | null = null;

  get count(): number {
    return this.#count;
  }

  /** Addresses with at least one child. */
  get addresses(): number {
    return this.#byAddress?.size ?? 0;
  }

  /** Children of one address. */
  of(address: AddressKey): number {
    return address === NO_ADDRESS ? this.#unknown : (this.#byAddress?.get(address) ?? 0);
  }

  began(address: AddressKey): void {
    this.#count += 1;
    if (address === NO_ADDRESS) this.#unknown += 1;
    else {
      this.#byAddress ??= new Map();
      this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    }
  }

  /** With the address that it began with. */
  ended(address: AddressKey): void {
    this.#count -= 1;
    if (address === NO_ADDRESS) this.#unknown -= 1;
    else {
      const left = this.of(address) - 1;
      if (left > 0) this.#byAddress?.set(address, left);
      else this.#byAddress?.delete(address);
    }
  }
}
