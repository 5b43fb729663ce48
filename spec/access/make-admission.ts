/** Gates of a service that states only what it is about. */

import { Admission, type Gates } from '../../lib/access/admission.ts';
import { House, type HouseOptions } from '../../lib/access/house.ts';
import { type Access, type AddressRule, OPEN_ACCESS } from '../../lib/model/access.ts';
import type { Limits } from '../../lib/model/service.ts';
import { makeLimits } from '../make.ts';

export function makeHouse(options: Partial<HouseOptions> = {}): House {
  return new House({ load: () => 0, minute: () => 0, processLimit: null, ...options });
}

export function makeAccess(access: Partial<Access> = {}): Access {
  return { ...OPEN_ACCESS, ...access };
}

export function makeGates(limits: Partial<Limits>, access: Partial<Access> = {}): Gates {
  return { limits: makeLimits(limits), access: makeAccess(access) };
}

export function makeAdmission(
  limits: Partial<Limits>,
  access: Partial<Access> = {},
  house = makeHouse(),
): Admission {
  return new Admission(makeGates(limits, access), house);
}

/** A rule as people write it: `192.0.2.0/24`, `2001:db8::/32`, a host's name, or a domain with its leading dot. */
export function ruleOf(text: string): AddressRule {
  const [address = '', bits] = text.split('/');
  if (bits !== undefined) {
    return { kind: 'network', family: address.includes(':') ? 6 : 4, address, bits: Number(bits) };
  }
  return text.startsWith('.') ? { kind: 'domain', suffix: text } : { kind: 'host', name: text };
}
