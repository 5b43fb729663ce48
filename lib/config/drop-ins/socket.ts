/** [Socket]: options of the sockets of a service, and how many callers it has at once, in the words of systemd.socket(5). */

import type { SocketSpec } from '../../model/address.ts';
import type { Limits, Service } from '../../model/service.ts';
import { boolean, integer, unsigned } from '../systemd/values/simple.ts';
import { size } from '../systemd/values/size.ts';
import type { Read } from '../systemd/values/value.ts';
import { type Directive, type Setter, single } from './directive.ts';
import { byAddress, overConnections, overTcp, withSocket } from './fitting.ts';
import { whole } from './values.ts';

const INT_MAX = 2 ** 31 - 1;
const TCP = { fits: overTcp } as const;
const ANY = { fits: withSocket } as const;

// biome-ignore format: a table
/** Every key of the section. */
export const socketDirectives: ReadonlyMap<string, Directive> = new Map([
  ['Backlog', single(whole(unsigned), backlog(), { fits: (service) => withSocket(service) ?? overConnections(service) })],
  ['KeepAlive', single(whole(boolean), option('keepAlive'), TCP)],
  ['NoDelay', single(whole(boolean), option('noDelay'), TCP)],
  ['SendBuffer', single(whole(bufferSize), option('sendBuffer'), ANY)],
  ['ReceiveBuffer', single(whole(bufferSize), option('receiveBuffer'), ANY)],
  ['MaxConnections', single(whole(integer(1, INT_MAX)), maxConnections(), { fits: overConnections })],
  ['MaxConnectionsPerSource', single(whole(unsigned), perSource(), { fits: byAddress })],
]);

/** Bytes, as many as setsockopt(2) takes. */
function bufferSize(text: string): Read<number> {
  const found = size(text);
  return 'value' in found && found.value > INT_MAX ? { problem: `'${text}' is too large` } : found;
}

function withSockets(service: Service, change: (socket: SocketSpec) => SocketSpec): Service {
  return { ...service, sockets: service.sockets.map(change) };
}

function backlog(): Setter<number> {
  const set = (service: Service, value: number) =>
    withSockets(service, (socket) => ({ ...socket, backlog: Math.min(value, INT_MAX) }));
  return { set, reset: (service) => set(service, INT_MAX) };
}

type Option = 'keepAlive' | 'noDelay' | 'sendBuffer' | 'receiveBuffer';

function option<Key extends Option>(key: Key): Setter<NonNullable<SocketSpec[Key]>> {
  return {
    set: (service, value) => withSockets(service, (socket) => ({ ...socket, [key]: value })),
    reset: (service) =>
      withSockets(service, (socket) => {
        const { [key]: _, ...others }: SocketSpec = socket;
        return others as SocketSpec;
      }),
  };
}

function withLimits(service: Service, limits: Partial<Limits>): Service {
  return { ...service, limits: { ...service.limits, ...limits } };
}

function maxConnections(): Setter<number> {
  const set = (service: Service, children: number | null) =>
    withLimits(service, { children, atChildren: 'refuse' });
  return { set, reset: (service) => set(service, null) };
}

/** 0 is no limit. */
function perSource(): Setter<number> {
  const set = (service: Service, count: number) =>
    withLimits(service, { perAddressChildren: count === 0 ? null : count });
  return { set, reset: (service) => set(service, 0) };
}
