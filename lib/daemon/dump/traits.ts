/** The flags and types of xinetd.conf(5) that a service amounts to, whatever language defined it. */

import type { Service } from '../../model/service.ts';

/** Each flag in the order of a state dump, and what has it. */
const FLAGS: readonly { readonly flag: string; readonly has: (service: Service) => boolean }[] = [
  { flag: 'INTERCEPT', has: ({ intercept }) => intercept },
  { flag: 'NORETRY', has: ({ startRetries }) => startRetries === 0 },
  { flag: 'IDONLY', has: ({ reception }) => reception?.ident === 'require' },
  { flag: 'SENSOR', has: ({ action }) => action.kind === 'sensor' },
  { flag: 'NODELAY', has: ({ sockets }) => sockets.some(({ noDelay }) => noDelay === true) },
  { flag: 'KEEPALIVE', has: ({ sockets }) => sockets.some(({ keepAlive }) => keepAlive === true) },
  { flag: 'NOLIBWRAP', has: ({ wrap }) => wrap === null },
  { flag: 'IPv4', has: (service) => hasInet(service) && !hasIpv6(service) },
  { flag: 'IPv6', has: hasIpv6 },
];

const TYPES: readonly { readonly type: string; readonly is: (service: Service) => boolean }[] = [
  { type: 'RPC', is: ({ rpc }) => rpc !== undefined },
  { type: 'INTERNAL', is: ({ action }) => action.kind === 'builtin' || action.kind === 'sensor' },
  { type: 'UNLISTED', is: ({ mux }) => mux !== undefined },
  { type: 'TCPMUX', is: ({ mux }) => mux?.plus === false },
  { type: 'TCPMUXPLUS', is: ({ mux }) => mux?.plus === true },
];

export function flagsOf(service: Service): readonly string[] {
  return FLAGS.filter(({ has }) => has(service)).map(({ flag }) => flag);
}

export function typesOf(service: Service): readonly string[] {
  return TYPES.filter(({ is }) => is(service)).map(({ type }) => type);
}

function hasInet({ sockets }: Service): boolean {
  return sockets.some(({ address }) => address.kind === 'inet');
}

function hasIpv6({ sockets }: Service): boolean {
  return sockets.some(({ address }) => address.kind === 'inet' && address.family === 6);
}
