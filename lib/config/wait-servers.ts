/** What gates mean for a server that accepts its callers by itself (inetd.conf(5), wait). */

import type { Service } from '../model/service.ts';

/**
 * The service so that its gates hold. A stream server is put behind superd where each caller must be looked at; without
 * that, and for datagrams, there is one server, whose callers nobody counts.
 */
export function withGatesThatHold(service: Service): Service {
  const { activation, action, intercept, limits } = service;
  if (activation !== 'wait' || action.kind !== 'exec' || intercept) return service;
  if (canIntercept(service) && looksAtCallers(service)) {
    const children = limits.atChildren === 'wait' ? null : limits.children;
    return { ...service, intercept: true, limits: { ...limits, children, atChildren: 'refuse' } };
  }
  if (limits.children === 0) return service;
  return { ...service, limits: { ...limits, children: 1, atChildren: 'wait', perAddressChildren: null } };
}

/** Only the callers of internet sockets can be told apart. */
function canIntercept({ sockets }: Service): boolean {
  return (
    sockets.length > 0 && sockets.every(({ type, address }) => type === 'stream' && address.kind === 'inet')
  );
}

function looksAtCallers({ access, wrap, limits, reception }: Service): boolean {
  return (
    access.only !== null ||
    access.never.length > 0 ||
    wrap !== null ||
    limits.perAddressChildren !== null ||
    reception !== null
  );
}
