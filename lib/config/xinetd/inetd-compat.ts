/** Services of inetd.conf beside an xinetd.conf: its defaults protect them too (xinetd(8), -inetd_compat). */

import type { Access } from '../../model/access.ts';
import type { Limits, Reception, Service } from '../../model/service.ts';
import type { XinetdSettings } from '../settings.ts';
import type { XinetdDefaults } from './services.ts';

/**
 * The services with what the defaults block says about callers, limits, banners and children. xinetd gives inetd.conf its
 * limits only, not its access lists: a service would be open that its administrator believes closed.
 */
export function withDefaults(
  services: readonly Service[],
  { defaultsForInetd = false }: XinetdSettings,
  defaults: XinetdDefaults | null,
): readonly Service[] {
  if (!defaultsForInetd || defaults === null) return services;
  return services.map((service) => withDefaultsOf(service, defaults));
}

function withDefaultsOf(service: Service, defaults: XinetdDefaults): Service {
  const access = accessOf(service.access, defaults);
  const isGuarded = access.only !== null || access.never.length > 0 || access.hours !== null;
  const isStream = service.sockets.every(({ type }) => type === 'stream');
  return {
    ...service,
    access,
    limits: limitsOf(service.limits, defaults),
    reception: receptionOf(service.reception, defaults),
    setup: { ...service.setup, umask: service.setup.umask ?? defaults.umask ?? null },
    // Such a server accepts by itself: its callers must be looked at before.
    intercept: service.intercept || (isGuarded && isStream && service.activation === 'wait'),
  };
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
  const counted = own.children === null && typeof instances === 'number';
  const isRated = own.perSecond === null && typeof cps === 'object';
  return {
    ...own,
    ...(counted ? { children: instances, atChildren: 'refuse' } : {}),
    ...(isRated ? { perSecond: { rate: cps.rate, pauseMs: cps.pauseSeconds * 1000 } } : {}),
    ...(own.perAddressChildren === null && typeof perSource === 'number'
      ? { perAddressChildren: perSource }
      : {}),
  };
}

function receptionOf(
  own: Reception | null,
  { banner, bannerSuccess, bannerFail }: XinetdDefaults,
): Reception | null {
  if (own !== null || (banner ?? bannerSuccess ?? bannerFail) === undefined) return own;
  const texts = { always: banner ?? null, success: bannerSuccess ?? null, failure: bannerFail ?? null };
  return { banner: texts, ident: 'none', identRefused: false };
}
