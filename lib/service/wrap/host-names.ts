/** Names of callers' hosts for a whole daemon: they come through few threads, which no flood of callers may have for itself. */

import { addressKeyOf, familyOf, prefixOf } from '../../access/address-key.ts';
import { PARANOID, UNKNOWN } from '../../access/hosts/text-pattern.ts';
import type { Clock } from '../../sys/clock.ts';
import { hostName, type Resolver, systemResolver } from './host-name.ts';
import { Turns } from './turns.ts';

/** Of its four threads libuv lets half ask for names at once: more would only wait in its queue, which nobody leaves again. */
const AT_ONCE = 2;

/** For one network at once: where its name servers are slow, there is a thread for the others. */
const PER_NETWORK = 1;

/** What is taken for one network: what one customer is given. */
const NETWORK_BITS = { 4: 24, 6: 48 } as const;

/** As long as a caller waits for his name, ms. */
const PATIENCE_MS = 5000;

/** One for a daemon. A host that calls often is asked about once at a time. */
export class HostNames {
  readonly #clock: Clock;
  readonly #resolver: Resolver;
  readonly #turns: Turns;
  readonly #asked = new Map<string, Promise<string>>();

  constructor(clock: Clock, resolver: Resolver = systemResolver) {
    this.#clock = clock;
    this.#resolver = resolver;
    this.#turns = new Turns({ atOnce: AT_ONCE, perCustomer: PER_NETWORK, patienceMs: PATIENCE_MS, clock });
  }

  /** The checked name, `unknown` or `paranoid`, as in hostName. */
  checked(address: string): Promise<string> {
    const known = this.#asked.get(address);
    if (known !== undefined) return known;
    const name = hostName(address, this.#inTurn(address), this.#clock);
    this.#asked.set(address, name);
    return name.finally(() => this.#asked.delete(address));
  }

  /** The checked name; null: the address has none that leads back to it. */
  async known(address: string): Promise<string | null> {
    const name = await this.checked(address);
    return name === UNKNOWN || name === PARANOID ? null : name;
  }

  /** The name that the address itself has, wherever it leads; null: none. It may take long. */
  bare(address: string): Promise<string | null> {
    return this.#inTurn(address).name(address);
  }

  #inTurn(address: string): Resolver {
    const customer = networkOf(address);
    return {
      name: (of) => this.#turns.take(customer, () => this.#resolver.name(of)),
      addresses: async (name) =>
        (await this.#turns.take(customer, () => this.#resolver.addresses(name))) ?? [],
    };
  }
}

function networkOf(address: string): string {
  const key = addressKeyOf(address);
  const family = familyOf(key);
  return family === null ? '' : String(prefixOf(key, NETWORK_BITS[family]));
}
