/** The name of a caller's host, which counts only if it leads back to the address. */

import { lookup, lookupService } from 'node:dns';
import { PARANOID, UNKNOWN } from '../../access/hosts/text-pattern.ts';
import type { Clock } from '../../sys/clock.ts';

/** Asks for names and addresses, from whatever sources nsswitch.conf(5) names. */
export interface Resolver {
  /** The name of an address; null when it has none. */
  name(address: string): Promise<string | null>;
  /** Every address of a name; none when it has none. */
  addresses(name: string): Promise<readonly string[]>;
}

/** How long one caller waits for its name, ms. */
const TIMEOUT_MS = 5000;

/**
 * The checked name, `unknown` without one, `paranoid` when it leads elsewhere. Who answers too late does not answer: a name
 * that could not be checked in time is `paranoid`.
 */
export function hostName(address: string, resolver: Resolver, clock: Clock): Promise<string> {
  return new Promise((resolve) => {
    let late = UNKNOWN;
    const cancel = clock.after(TIMEOUT_MS, () => resolve(late));
    const check = async () => {
      const name = await resolver.name(address);
      if (name === null) return UNKNOWN;
      late = PARANOID;
      const addresses = await resolver.addresses(name);
      return addresses.some((one) => isSameAddress(one, address)) ? name : PARANOID;
    };
    const finish = (name: string) => {
      cancel();
      resolve(name);
    };
    check().then(finish, () => finish(late));
  });
}

/** The resolver of the machine. */
export const systemResolver: Resolver = {
  name: (address) =>
    new Promise((resolve) => {
      // getnameinfo(3) gives the address itself back when there is no name.
      lookupService(address, 0, (error, name) => resolve(error === null && name !== address ? name : null));
    }),
  addresses: (name) =>
    new Promise((resolve) => {
      lookup(name, { all: true }, (error, found) =>
        resolve(error === null ? found.map(({ address }) => address) : []),
      );
    }),
};

function isSameAddress(found: string, address: string): boolean {
  return found.toLowerCase() === address || found.toLowerCase() === `::ffff:${address}`;
}
