/** Allowed networks without the denied ones: in units what is allowed wins over what is denied. */

import type { AddressRule } from '../../../model/access.ts';
import { type IpNumber, masked, numberOf, textOf, WIDTH } from '../../ip-number.ts';

type Rule = Extract<AddressRule, { readonly kind: 'network' }>;

interface Network {
  readonly number: IpNumber;
  readonly bits: number;
}

/** What is left, as networks in the form of IPAddressAllow=. */
export function allowedOf(only: readonly Rule[], never: readonly Rule[]): readonly string[] {
  const holes = never.flatMap(networkOf);
  const left = holes.reduce(
    (networks, hole) => networks.flatMap((network) => without(network, hole)),
    only.flatMap(networkOf),
  );
  return [...new Set(left.map(({ number, bits }) => `${textOf(number)}/${bits}`))];
}

function networkOf({ address, bits }: Rule): readonly Network[] {
  const number = numberOf(address);
  return number === null ? [] : [{ number, bits }];
}

/** The network in halves, as far as they do not lie in the hole. */
function without(network: Network, hole: Network): readonly Network[] {
  const { number, bits } = network;
  if (number.family !== hole.number.family) return [network];
  const common = Math.min(bits, hole.bits);
  if (masked(number, common).value !== masked(hole.number, common).value) return [network];
  if (hole.bits <= bits) return [];
  const half = 1n << BigInt(WIDTH[number.family] - bits - 1);
  const upper = { ...number, value: number.value + half };
  return [number, upper].flatMap((one) => without({ number: one, bits: bits + 1 }, hole));
}
