/** Where the sockets of a service go in xinetd.conf(5), which has one address and one port for each entry. */

import type { SocketSpec } from '../../../model/address.ts';
import type { Service } from '../../../model/service.ts';

/** The place of one entry. */
export interface Place {
  /** null: IPv6 is left out where the system has none. */
  readonly flag: 'IPv4' | 'IPv6' | null;
  readonly bind: string | null;
  readonly v6only: boolean;
  /** IPv4 callers are written as IPv6 ones. */
  readonly mapped: boolean;
  /** The socket that stands for all of the place. */
  readonly socket: SocketSpec;
}

/**
 * The places of a service: IPv4 and IPv6 of a port go together where each caller gets a server of its own. A server that
 * waits has one socket, and may not know what to do with the IPv4 callers of one for both. null: one without a socket.
 */
export function placesOf({ sockets, activation }: Service): readonly (Place | null)[] {
  if (sockets.length === 0) return [null];
  const places: Place[] = [];
  const paired = new Set<SocketSpec>();
  for (const socket of sockets) {
    const partner = activation === 'nowait' ? sockets.find((other) => isPair(socket, other)) : undefined;
    if (partner !== undefined) {
      paired.add(partner);
      places.push({
        flag: partner.optional ? null : 'IPv6',
        bind: null,
        v6only: false,
        mapped: true,
        socket,
      });
    } else if (!paired.has(socket)) places.push(placeOf(socket));
  }
  return places;
}

function isPair({ type, protocol, address }: SocketSpec, other: SocketSpec): boolean {
  if (address.kind === 'unix' || other.address.kind === 'unix' || address.port === 0) return false;
  return (
    address.host === '0.0.0.0' &&
    other.address.host === '::' &&
    !other.address.dual &&
    other.address.port === address.port &&
    other.type === type &&
    other.protocol === protocol
  );
}

function placeOf(socket: SocketSpec): Place {
  const { address } = socket;
  if (address.kind === 'unix') return { flag: null, bind: null, v6only: false, mapped: false, socket };
  const { host, family, dual } = address;
  const isAny = host === '0.0.0.0' || host === '::';
  return {
    flag: family === 4 ? 'IPv4' : 'IPv6',
    bind: isAny ? null : host,
    v6only: isAny && family === 6 && !dual,
    mapped: dual,
    socket,
  };
}
