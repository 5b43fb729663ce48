/** A .socket unit and its .service unit to be written, and what their lines follow from. */

import type { SocketSpec } from '../../../model/address.ts';
import type { Service } from '../../../model/service.ts';
import type { ListenTarget } from '../../../model/socket-unit.ts';
import type { AccountNames } from '../account.ts';
import { allowedOf } from './access.ts';

/** What writing depends on besides the services. */
export interface UnitTarget {
  readonly names: AccountNames;
}

/** The pair. */
export interface Pair {
  readonly service: Service;
  /** What both files are called, before `.socket`, `.service` or `@.service`. */
  readonly base: string;
  readonly listen: readonly ListenTarget[];
  /** One process for each connection; a relay is one for all. */
  readonly accept: boolean;
  readonly target: UnitTarget;
}

/** The names of the two files. */
export function fileNames({ base, accept }: Pair): { readonly socket: string; readonly service: string } {
  return { socket: `${base}.socket`, service: `${base}${accept ? '@' : ''}.service` };
}

/** Whether each connection gets a process of its own. */
export function acceptsEach({ activation, action }: Service): boolean {
  return activation === 'nowait' && action.kind === 'exec';
}

/** Where a socket of a service listens, as units say it; null: they cannot. */
export function listenOf({ type, protocol, address }: SocketSpec): ListenTarget | null {
  if (type !== 'stream' && type !== 'dgram' && type !== 'seqpacket') return null;
  if (address.kind === 'unix') return { kind: 'unix', path: address.path, type };
  const isKnown = protocol === 0 || (protocol === SCTP && type === 'stream');
  if (type === 'seqpacket' || !isKnown) return null;
  const { family, host, port } = address;
  return { kind: 'inet', family, host, port, type };
}

/** IPPROTO_SCTP. */
export const SCTP = 132;

/**
 * The sockets that are written: one for both families where IPv4 and IPv6 were only asked for as far as the machine has
 * them, and each caller gets a process of its own.
 */
export function socketsOf({ sockets, activation }: Service): readonly SocketSpec[] {
  if (activation === 'wait') return sockets;
  const merged = sockets.flatMap((socket) => {
    if (isCovered(socket, sockets)) return [];
    const { address } = socket;
    const isBoth =
      address.kind === 'inet' && socket.optional && sockets.some((other) => isCovered(other, [socket]));
    return [isBoth ? { ...socket, address: { ...address, dual: true } } : socket];
  });
  return merged;
}

/** An IPv4 socket of every address, beside one of IPv6 that may be left out. */
function isCovered({ type, protocol, address }: SocketSpec, others: readonly SocketSpec[]): boolean {
  if (address.kind !== 'inet' || address.host !== '0.0.0.0') return false;
  return others.some(
    (other) =>
      other.optional &&
      other.type === type &&
      other.protocol === protocol &&
      other.address.kind === 'inet' &&
      other.address.host === '::' &&
      other.address.port === address.port,
  );
}

/** Whether the IPv6 sockets also serve IPv4; null: there are none, or they differ. */
export function dualOf(sockets: readonly SocketSpec[]): boolean | null {
  const duals = sockets.flatMap(({ address }) =>
    address.kind === 'inet' && address.family === 6 ? [address.dual] : [],
  );
  const [first = null] = duals;
  return duals.every((dual) => dual === first) ? first : null;
}

/** Whose calls are let in by address, in the words of IPAddressAllow= and IPAddressDeny=; null: they cannot say it. */
export function addressLists({ access: { only, never } }: Service): {
  readonly allow: readonly string[] | null;
  readonly deny: readonly string[];
} | null {
  const rules = [...(only ?? []), ...never];
  if (rules.some(({ kind }) => kind !== 'network')) return null;
  const networks = never.flatMap((rule) => (rule.kind === 'network' ? [rule] : []));
  if (only === null) return { allow: null, deny: networks.map(({ address, bits }) => `${address}/${bits}`) };
  const inside = only.flatMap((rule) => (rule.kind === 'network' ? [rule] : []));
  return { allow: allowedOf(inside, networks), deny: ['any'] };
}
