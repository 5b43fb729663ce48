/** The lines of a .socket unit: a row says what is written, and when. */

import { formatTarget, targetType } from '../../../model/listen-target.ts';
import type { Pair } from './pair.ts';
import { addressLists, dualOf, SCTP, socketsOf } from './pair.ts';
import { plainText } from './words.ts';

/** A key and its values, a line each; none: it is not written. */
export type Row = readonly [key: string, values: (pair: Pair) => readonly (string | number)[]];

/** Twice the usual 2^31 is no number of connections either. */
const NO_LIMIT = 2 ** 32 - 1;

/** The section [Socket]. */
// biome-ignore format: a table
export const SOCKET_ROWS: readonly Row[] = [
  ['SocketProtocol', ({ service }) => when(service.sockets.some(({ protocol }) => protocol === SCTP), 'sctp')],
  ['BindIPv6Only', ({ service }) => bindIpv6Only(dualOf(socketsOf(service)))],
  ['Backlog', ({ service: { sockets: [socket] } }) => when(socket !== undefined && socket.type !== 'dgram', socket?.backlog)],
  ['NoDelay', ({ service }) => when(service.sockets.some(({ noDelay }) => noDelay === true), 'yes')],
  ['KeepAlive', ({ service }) => when(service.sockets.some(({ keepAlive }) => keepAlive === true), 'yes')],
  ['SendBuffer', ({ service: { sockets: [socket] } }) => given(socket?.sendBuffer)],
  ['ReceiveBuffer', ({ service: { sockets: [socket] } }) => given(socket?.receiveBuffer)],
  ['SocketMode', ({ service }) => given(fileOf(service)?.mode.toString(8).padStart(4, '0'))],
  ['SocketUser', ({ service }) => given(fileOf(service)?.owner?.uid)],
  ['SocketGroup', ({ service }) => given(fileOf(service)?.owner?.gid)],
  ['Accept', ({ accept }) => [accept ? 'yes' : 'no']],
  ['MaxConnections', ({ accept, service: { limits } }) => when(accept, limits.children ?? NO_LIMIT)],
  ['MaxConnectionsPerSource', ({ accept, service: { limits } }) => when(accept, limits.perAddressChildren ?? undefined)],
  ['TriggerLimitIntervalSec', (pair) => [intervalOf(pair)]],
  ['TriggerLimitBurst', (pair) => given(burstOf(pair))],
  // The other limit would slow it down at rates that the service may have.
  ['PollLimitIntervalSec', () => [0]],
  ['IPAddressAllow', ({ service }) => addressLists(service)?.allow ?? []],
  ['IPAddressDeny', ({ service }) => addressLists(service)?.deny ?? []],
];

/** Where it listens. */
export function listenLines({ listen }: Pair): readonly string[] {
  return listen.map((target) => `Listen${targetType(target)}=${plainText(formatTarget(target))}`);
}

/** Starts in a window; undefined: no limit. */
function burstOf({ service: { limits } }: Pair): number | undefined {
  return limits.perSecond?.rate ?? limits.perMinute ?? undefined;
}

function intervalOf({ service: { limits } }: Pair): string {
  if (limits.perSecond !== null) return '1s';
  return limits.perMinute === null ? '0' : '60s';
}

function bindIpv6Only(dual: boolean | null): readonly string[] {
  if (dual === null) return [];
  return [dual ? 'both' : 'ipv6-only'];
}

function fileOf({ sockets }: Pair['service']) {
  return sockets.find(({ address }) => address.kind === 'unix')?.file;
}

function given(value: string | number | undefined): readonly (string | number)[] {
  return value === undefined ? [] : [value];
}

function when(applies: boolean, value: string | number | undefined): readonly (string | number)[] {
  return applies ? given(value) : [];
}
