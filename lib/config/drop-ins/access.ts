/** [Access]: who may call a service, when, and how much is served, in the words of every language. */

import type { Access, AddressRule, Hours } from '../../model/access.ts';
import type { Limits, Reception, Service } from '../../model/service.ts';
import type { AddressElement } from '../xinetd/entry.ts';
import { rulesOf } from '../xinetd/lower/gates.ts';
import { addressElement } from '../xinetd/values/addresses.ts';
import { accessTimes } from '../xinetd/values/hours.ts';
import { each, one } from '../xinetd/values/reader.ts';
import { countOrUnlimited, load, path, perSecond, text, wordOf } from '../xinetd/values/words.ts';
import { type Directive, list, type Setter, single } from './directive.ts';
import { byAddress, byUser, overConnections } from './fitting.ts';

const ADDRESSES = { hosts: true, fits: byAddress } as const;
const RATE = { arity: [1, 2] } as const;
const ASKED = { fits: byUser } as const;
const GREETED = { fits: overConnections } as const;

// biome-ignore format: a table
/** Every key of the section. */
export const accessDirectives: ReadonlyMap<string, Directive> = new Map([
  ['OnlyFrom', list(each(addressElement), onlyFrom(), ADDRESSES)],
  ['NoAccess', list(each(addressElement), noAccess(), ADDRESSES)],
  ['AccessTimes', list<Hours>(accessTimes, hours())],
  ['MaxLoad', single(one(load), access('maxLoad', null))],
  ['Instances', single(one(countOrUnlimited), instances())],
  ['PerSource', single(one(countOrUnlimited), perSource(), { fits: byAddress })],
  ['CPS', single(perSecond, rate(), RATE)],
  ['Banner', single(one(path), banner('always'), GREETED)],
  ['BannerSuccess', single(one(path), banner('success'), GREETED)],
  ['BannerFail', single(one(path), banner('failure'), GREETED)],
  ['Wrap', single(one(text), wrap(), { fits: byAddress })],
  ['Ident', single(one(wordOf(['no', 'ask', 'require'])), ident(), ASKED)],
]);

function access<Key extends keyof Access>(key: Key, none: Access[Key]): Setter<Access[Key]> {
  const set = (service: Service, value: Access[Key]) => ({
    ...service,
    access: { ...service.access, [key]: value },
  });
  return { set, reset: (service) => set(service, none) };
}

function onlyFrom(): Setter<readonly AddressElement[]> {
  const { set, reset } = access('only', null);
  return {
    set: (service, added) => set(service, [...(service.access.only ?? []), ...rules(service, added)]),
    reset,
  };
}

function noAccess(): Setter<readonly AddressElement[]> {
  const { set, reset } = access('never', []);
  return {
    set: (service, added) => set(service, [...service.access.never, ...rules(service, added)]),
    reset,
  };
}

function rules({ mapped }: Service, elements: readonly AddressElement[]): readonly AddressRule[] {
  return elements.flatMap((element) => rulesOf(element, mapped));
}

function hours(): Setter<readonly Hours[]> {
  const { set, reset } = access('hours', null);
  return { set: (service, added) => set(service, [...(service.access.hours ?? []), ...added]), reset };
}

function withLimits(service: Service, limits: Partial<Limits>): Service {
  return { ...service, limits: { ...service.limits, ...limits } };
}

/** Over the limit callers are turned away, as everywhere but in inetd.conf. */
function instances(): Setter<number> {
  return {
    set: (service, count) => withLimits(service, { children: finite(count), atChildren: 'refuse' }),
    reset: (service) => withLimits(service, { children: null, atChildren: 'refuse' }),
  };
}

function perSource(): Setter<number> {
  return {
    set: (service, count) => withLimits(service, { perAddressChildren: finite(count) }),
    reset: (service) => withLimits(service, { perAddressChildren: null }),
  };
}

function finite(count: number): number | null {
  return count === Number.POSITIVE_INFINITY ? null : count;
}

function rate(): Setter<{ readonly rate: number; readonly pauseSeconds: number } | 'off'> {
  return {
    set: (service, cps) =>
      withLimits(service, {
        perSecond: cps === 'off' ? null : { rate: cps.rate, pauseMs: cps.pauseSeconds * 1000 },
      }),
    reset: (service) => withLimits(service, { perSecond: null }),
  };
}

const PLAIN: Reception = {
  banner: { always: null, success: null, failure: null },
  ident: 'none',
  identRefused: false,
};

/** A reception where nothing happens is none: connections then go to their server at once. */
function withReception(service: Service, change: (reception: Reception) => Reception): Service {
  const reception = change(service.reception ?? PLAIN);
  const { banner, ident, identRefused } = reception;
  const isPlain = Object.values(banner).every((file) => file === null) && ident === 'none' && !identRefused;
  return { ...service, reception: isPlain ? null : reception };
}

function banner(when: keyof Reception['banner']): Setter<string> {
  const set = (service: Service, file: string | null) =>
    withReception(service, (reception) => ({
      ...reception,
      banner: { ...reception.banner, [when]: file },
    }));
  return { set, reset: (service) => set(service, null) };
}

function wrap(): Setter<string> {
  return {
    set: (service, name) => ({ ...service, wrap: /^no$/i.test(name) ? null : { daemon: name } }),
    reset: (service) => ({ ...service, wrap: null }),
  };
}

function ident(): Setter<'no' | 'ask' | 'require'> {
  const set = (service: Service, word: 'no' | 'ask' | 'require') =>
    withReception(service, (reception) => ({ ...reception, ident: word === 'no' ? 'none' : word }));
  return { set, reset: (service) => set(service, 'no') };
}
