/** To which services a key can mean something. One that cannot be applied would leave a service open. */

import type { Service } from '../../model/service.ts';

/** Its callers have addresses. */
export function byAddress({ sockets }: Service): string | null {
  return sockets.some(({ address }) => address.kind === 'unix')
    ? 'callers of a Unix socket have no address'
    : null;
}

/** Its callers have connections, which can be greeted. */
export function overConnections({ sockets }: Service): string | null {
  return sockets.some(({ type }) => type !== 'stream') ? 'it has no connections' : null;
}

/** It starts a program. */
export function byProgram({ action }: Service): string | null {
  return action.kind === 'exec' ? null : 'it starts no program';
}

/** It has a socket of its own. */
export function withSocket({ sockets }: Service): string | null {
  return sockets.length === 0 ? 'it has no socket of its own' : null;
}

/** Its connections are of TCP. */
export function overTcp(service: Service): string | null {
  const isTcp = ({ address, type }: Service['sockets'][number]) =>
    type === 'stream' && address.kind === 'inet';
  return withSocket(service) ?? (service.sockets.every(isTcp) ? null : 'its sockets are not of TCP');
}

/** The ident service, which would be asked about those who ask it (RFC 1413). */
const IDENT_PORT = 113;

/** Somebody can be asked who its callers are. */
export function byUser(service: Service): string | null {
  const { activation, sockets } = service;
  if (activation === 'wait') return 'a wait server accepts its callers by itself';
  const isIdent = sockets.some(({ address }) => address.kind === 'inet' && address.port === IDENT_PORT);
  if (isIdent) return 'the ident service itself cannot ask';
  return overConnections(service) ?? byAddress(service);
}
