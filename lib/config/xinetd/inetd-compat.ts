/** Services of inetd.conf beside an xinetd.conf: its defaults protect them too (xinetd(8), -inetd_compat). */

import type { Access } from '../../model/access.ts';
import { type SocketSpec, socketKey } from '../../model/address.ts';
import type { ChildSetup, Limits, Service } from '../../model/service.ts';
import type { XinetdSettings } from '../settings.ts';
import { withGatesThatHold } from '../wait-servers.ts';
import { finite, logOf, rateOf, receptionOf } from './lower/gates.ts';
import type { XinetdDefaults } from './services.ts';

/**
 * The services with what the defaults block says about addresses, callers, limits, banners, logs and children. xinetd gives
 * inetd.conf all but access lists and banners: a service would be open that its administrator believes closed. Groups are
 * always those of the user, as with inetd.
 */
export function withDefaults(
  services: readonly Service[],
  { defaultsForInetd = false }: XinetdSettings,
  defaults: XinetdDefaults | null,
): readonly Service[] {
  if (!defaultsForInetd || defaults === null) return services;
  return onePerAddress(services.map((service) => withDefaultsOf(service, defaults)));
}

function withDefaultsOf(service: Service, defaults: XinetdDefaults): Service {
  const access = accessOf(service.access, defaults);
  const isStream = service.sockets.every(({ type }) => type === 'stream');
  const asksUser = isStream && service.activation === 'nowait' && !service.sockets.some(isIdent);
  // A wait server accepts by itself: its callers must be looked at before.
  return withGatesThatHold({
    ...service,
    access,
    limits: limitsOf(service.limits, defaults),
    reception: service.reception ?? receptionOf(defaults, asksUser),
    log: service.log ?? logOf(service.name, defaults, { common: true, asksUser }),
    setup: setupOf(service.setup, defaults),
    sockets: service.sockets.map((spec) => boundTo(defaults.bind?.addresses ?? [], spec)),
  });
}

function accessOf(own: Access, { onlyFrom, noAccess = [], maxLoad }: XinetdDefaults): Access {
  return {
    maxLoad: own.maxLoad ?? maxLoad ?? null,
    hours: own.hours,
    only: own.only ?? onlyFrom?.flatMap(({ rules }) => rules) ?? null,
    never: [...own.never, ...noAccess.flatMap(({ rules }) => rules)],
  };
}

function limitsOf(own: Limits, { instances, perSource, cps }: XinetdDefaults): Limits {
  const children = own.children === null ? finite(instances) : null;
  return {
    ...own,
    ...(children === null ? {} : { children, atChildren: 'refuse' }),
    perSecond: own.perSecond ?? (cps === undefined ? null : rateOf(cps)),
    perAddressChildren: own.perAddressChildren ?? finite(perSource),
  };
}

function setupOf(own: ChildSetup, { passenv, umask }: XinetdDefaults): ChildSetup {
  const environment = passenv === undefined ? own.environment : { ...own.environment, inherit: passenv };
  return { ...own, environment, umask: own.umask ?? umask ?? null };
}

/** One to the ident server itself would be asked about for ever (RFC 1413). */
function isIdent({ address }: SocketSpec): boolean {
  return address.kind === 'inet' && address.port === 113;
}

/** A socket of every address gets the one of bind, of its own family where it has one. */
function boundTo(addresses: readonly string[], spec: SocketSpec): SocketSpec {
  const { address } = spec;
  if (address.kind !== 'inet' || (address.host !== '0.0.0.0' && address.host !== '::')) return spec;
  const familyOf = (host: string) => (host.includes(':') ? 6 : 4);
  const host = addresses.find((one) => familyOf(one) === address.family) ?? addresses[0];
  if (host === undefined) return spec;
  return {
    ...spec,
    address: { ...address, family: familyOf(host), host, dual: host === '::' && address.dual },
  };
}

/** Where bind leaves one address to an entry for both families, that is served once. */
function onePerAddress(services: readonly Service[]): readonly Service[] {
  const taken = new Set<string>();
  return services.filter(({ origin: { file, line }, sockets }) => {
    const keys = sockets.map((spec) => `${file}:${line} ${socketKey(spec)}`);
    if (keys.some((key) => taken.has(key))) return false;
    for (const key of keys) taken.add(key);
    return true;
  });
}
