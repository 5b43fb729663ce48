/** Who is served, how much, and what is written about it: access, limits, reception and log of a service. */

import type { Access, AddressRule } from '../../../model/access.ts';
import type { Activation, Limits, Reception } from '../../../model/service.ts';
import type { ServiceLog } from '../../../model/service-log.ts';
import type { AddressElement, Values } from '../entry.ts';
import { hasFlag } from '../entry.ts';

/** The rate and the pause that xinetd gives to every service. */
const RATE = { rate: 50, pauseSeconds: 10 };

/** The gates that look at the caller and the hour. `mapped`: IPv4 callers of the service are IPv6 callers to xinetd. */
export function accessOf(values: Values, mapped: boolean): Access {
  const rules = (elements: readonly AddressElement[]) =>
    elements.flatMap((element) => rulesOf(element, mapped));
  return {
    maxLoad: values.maxLoad ?? null,
    hours: values.accessTimes ?? null,
    only: values.onlyFrom === undefined ? null : rules(values.onlyFrom),
    never: rules(values.noAccess ?? []),
  };
}

const ALL_IPV4: AddressRule = { kind: 'network', family: 4, address: '0.0.0.0', bits: 0 };

/** What an element matches in a service. */
export function rulesOf({ rules, coversMapped }: AddressElement, mapped: boolean): readonly AddressRule[] {
  return coversMapped && mapped ? [...rules, ALL_IPV4] : rules;
}

/** How much is served. Whoever serves its callers by itself is alone. */
export function limitsOf(values: Values, { activation, intercept }: Counted): Limits {
  const cps = values.cps ?? RATE;
  const alone = activation === 'wait' && !intercept;
  const servesNobody = values.instances === 0 || values.perSource === 0;
  return {
    perMinute: null,
    tripPauseMs: 0,
    perSecond: rateOf(cps),
    children: alone ? (servesNobody ? 0 : 1) : finite(values.instances),
    atChildren: alone && !servesNobody ? 'wait' : 'refuse',
    perAddressPerMinute: null,
    perAddressChildren: alone ? null : finite(values.perSource),
    ipMax: null,
  };
}

interface Counted {
  readonly activation: Activation;
  readonly intercept: boolean;
}

/** The rate; null: none is kept. */
export function rateOf(cps: NonNullable<Values['cps']>): Limits['perSecond'] {
  return cps === 'off' ? null : { rate: cps.rate, pauseMs: cps.pauseSeconds * 1000 };
}

/** A count; null: any number. */
export function finite(count: number | undefined): number | null {
  return count === undefined || count === Number.POSITIVE_INFINITY ? null : count;
}

/** Banners, and whether the caller's host is asked for the user; null: nothing of it. */
export function receptionOf(values: Values, asksUser: boolean): Reception | null {
  const banner = {
    always: values.banner ?? null,
    success: values.bannerSuccess ?? null,
    failure: values.bannerFail ?? null,
  };
  const logged = values.logOnSuccess?.includes('USERID') ?? false;
  const ident = !asksUser ? 'none' : hasFlag(values, 'IDONLY') ? 'require' : logged ? 'ask' : 'none';
  const identRefused = asksUser && (values.logOnFailure?.includes('USERID') ?? false);
  const isPlain = Object.values(banner).every((file) => file === null) && ident === 'none' && !identRefused;
  return isPlain ? null : { banner, ident, identRefused };
}

/** The log; xinetd has none without log_type, whatever else is written. */
export function logOf(
  id: string,
  values: Values,
  { common, asksUser }: { common: boolean; asksUser: boolean },
): ServiceLog | null {
  if (values.logType === undefined) return null;
  const isKept = (word: string) => word !== 'USERID' || asksUser;
  const isTraffic = (word: string) => word === 'TRAFFIC' && values.redirect === undefined;
  return {
    id,
    target: values.logType,
    common,
    success: (values.logOnSuccess ?? []).filter((word) => isKept(word) && !isTraffic(word)),
    failure: (values.logOnFailure ?? []).filter(isKept),
  };
}
