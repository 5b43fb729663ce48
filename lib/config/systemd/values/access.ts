/** IPAddressAllow= and IPAddressDeny= (systemd.resource-control(5)) as rules about callers. */

import { type Access, type AddressRule, OPEN_ACCESS } from '../../../model/access.ts';
import { masked, numberOf, textOf, WIDTH } from '../../ip-number.ts';
import type { Read } from './value.ts';

/** The lists in their words: addresses, networks, `any`, `localhost`, `link-local`, `multicast`. */
export interface AddressLists {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

/**
 * Whom the lists let in: what is allowed wins over what is denied, and the rest may come. Lists that cannot be said so
 * are a problem.
 */
export function accessOf({ allowed, denied }: AddressLists): Read<Access> {
  const allow = networks(allowed);
  const deny = networks(denied);
  if ('problem' in allow) return allow;
  if ('problem' in deny) return deny;
  if (deny.value.length === 0) return { value: OPEN_ACCESS };
  if (isEverybody(deny.value)) return { value: { ...OPEN_ACCESS, only: allow.value } };
  const pierced = deny.value.find((network) => allow.value.some((inner) => holds(network, inner)));
  if (pierced === undefined) return { value: { ...OPEN_ACCESS, never: deny.value } };
  return { problem: `${pierced.address}/${pierced.bits} is denied but for a part of it` };
}

type Network = Extract<AddressRule, { readonly kind: 'network' }>;

const NAMED: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>(
  Object.entries({
    any: ['0.0.0.0/0', '::/0'],
    localhost: ['127.0.0.0/8', '::1/128'],
    'link-local': ['169.254.0.0/16', 'fe80::/64'],
    multicast: ['224.0.0.0/4', 'ff00::/8'],
  }),
);

function networks(words: readonly string[]): Read<readonly Network[]> {
  const found: Network[] = [];
  for (const word of words.flatMap((one) => NAMED.get(one) ?? [one])) {
    const [, text = '', length] = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(word) ?? [];
    const number = numberOf(text);
    const bits = number === null ? 0 : Number(length ?? WIDTH[number.family]);
    if (number === null || bits > WIDTH[number.family])
      return { problem: `'${word}' is no address and no network` };
    found.push({ kind: 'network', family: number.family, address: textOf(masked(number, bits)), bits });
  }
  return { value: found };
}

function isEverybody(denied: readonly Network[]): boolean {
  return ([4, 6] as const).every((family) =>
    denied.some((network) => network.family === family && network.bits === 0),
  );
}

function holds(outer: Network, inner: Network): boolean {
  const number = numberOf(inner.address);
  if (number === null || outer.family !== inner.family) return false;
  return textOf(masked(number, Math.min(outer.bits, inner.bits))) === textOf(maskedOf(outer, inner.bits));
}

function maskedOf({ address, bits }: Network, other: number): ReturnType<typeof masked> {
  return masked(numberOf(address) ?? { family: 4, value: 0n }, Math.min(bits, other));
}
