/** Sockets: made, named and asked. Every descriptor is close-on-exec. What moves data stands in transfer.ts. */

import type { SocketType } from '../model/address.ts';
import type { Peer } from '../model/peer.ts';
import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';
import { type AnySocketAddress, addressBytes, decodeAddress, encodeAddress } from './sockaddr.ts';
import { getOption, readOption, setInts, setOption } from './socket-options.ts';

/** An open descriptor. */
export type Fd = number;

/** What socket(2) calls a domain. */
export type Family = 4 | 6 | 'unix' | 'vsock' | 'netlink';

const domains: ReadonlyMap<Family, number> = new Map<Family, number>([
  [4, constant('AF_INET')],
  [6, constant('AF_INET6')],
  ['unix', constant('AF_UNIX')],
  ['vsock', constant('AF_VSOCK')],
  ['netlink', constant('AF_NETLINK')],
]);

const types: ReadonlyMap<SocketType, number> = new Map<SocketType, number>([
  ['stream', constant('SOCK_STREAM')],
  ['dgram', constant('SOCK_DGRAM')],
  ['seqpacket', constant('SOCK_SEQPACKET')],
  ['raw', constant('SOCK_RAW')],
  ['rdm', constant('SOCK_RDM')],
]);

const O_NONBLOCK = constant('O_NONBLOCK');

/** A new socket, non-blocking. `protocol` 0 lets the kernel choose. */
export function openSocket(family: Family, type: SocketType, protocol: number): Fd {
  const flags = constant('SOCK_NONBLOCK') | constant('SOCK_CLOEXEC');
  const result = native.socket(domains.get(family) ?? -1, (types.get(type) ?? 0) | flags, protocol);
  return check(result, 'socket', `${family} ${type}`);
}

/** bind(2) */
export function bind(fd: Fd, address: AnySocketAddress): void {
  check(native.bind(fd, encodeAddress(address)), 'bind', placeOf(address));
}

/** connect(2) of a non-blocking socket: true when it is connected already, false when that is under way. */
export function connect(fd: Fd, address: AnySocketAddress): boolean {
  const result = native.connect(fd, encodeAddress(address));
  if (result === -constant('EINPROGRESS')) return false;
  check(result, 'connect', placeOf(address));
  return true;
}

/** listen(2); `backlog` is the accept queue asked for. */
export function listen(fd: Fd, backlog: number): void {
  check(native.listen(fd, backlog), 'listen', `fd ${fd}`);
}

function placeOf(address: AnySocketAddress): string {
  switch (address.kind) {
    case 'unix':
      return address.path;
    case 'vsock':
      return `vsock:${address.cid ?? ''}:${address.port}`;
    case 'netlink':
      return `netlink groups ${address.groups}`;
    case 'inet':
      return address.family === 6 ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
  }
}

/** SO_REUSEADDR: a port whose old connections linger can be bound again. */
export function setReuseAddress(fd: Fd): void {
  setOption(fd, 'SO_REUSEADDR', 1);
}

/** IPV6_V6ONLY: false lets the socket serve IPv4 too. Before bind only. */
export function setV6Only(fd: Fd, only: boolean): void {
  setOption(fd, 'IPV6_V6ONLY', only ? 1 : 0);
}

/** SO_SNDBUF and SO_RCVBUF in bytes; a size that is not given stays. */
export function setBufferSizes(fd: Fd, sizes: { readonly send?: number; readonly receive?: number }): void {
  if (sizes.send !== undefined) setOption(fd, 'SO_SNDBUF', sizes.send);
  if (sizes.receive !== undefined) setOption(fd, 'SO_RCVBUF', sizes.receive);
}

/** The address that a datagram was sent to comes with it, so that a batch answers from there. */
export function setPacketInfo(fd: Fd): void {
  if (socketFamily(fd) === 6) setOption(fd, 'IPV6_RECVPKTINFO', 1);
  else setOption(fd, 'IP_PKTINFO', 1);
}

/** SO_KEEPALIVE */
export function setKeepAlive(fd: Fd, on: boolean): void {
  setOption(fd, 'SO_KEEPALIVE', on ? 1 : 0);
}

/** SO_LINGER: close(2) waits so long for what was sent to arrive; 0 resets the connection. */
export function setLinger(fd: Fd, seconds: number): void {
  setInts(fd, 'SO_LINGER', Int32Array.of(1, seconds));
}

/** TCP_NODELAY */
export function setNoDelay(fd: Fd, on: boolean): void {
  setOption(fd, 'TCP_NODELAY', on ? 1 : 0);
}

/** SO_PASSCRED: messages come with who sent them (unix(7)). */
export function setPassCredentials(fd: Fd, on: boolean): void {
  setOption(fd, 'SO_PASSCRED', on ? 1 : 0);
}

/** The number of a socket's pending error (SO_ERROR), 0 for none; reading it clears it. */
export function socketError(fd: Fd): number {
  return getOption(fd, 'SO_ERROR');
}

/** Whether listen(2) was called for it. */
export function isListening(fd: Fd): boolean {
  return getOption(fd, 'SO_ACCEPTCONN') !== 0;
}

/** The type of a socket, or null for one we do not know. */
export function socketType(fd: Fd): SocketType | null {
  return keyOf(types, getOption(fd, 'SO_TYPE'));
}

/** The family of a socket, or null for one we do not know. */
export function socketFamily(fd: Fd): Family | null {
  return keyOf(domains, getOption(fd, 'SO_DOMAIN'));
}

/** The protocol number of a socket: 6 is TCP, 17 UDP. */
export function socketProtocol(fd: Fd): number {
  return getOption(fd, 'SO_PROTOCOL');
}

/** Whether an IPv6 socket serves IPv6 alone. */
export function isV6Only(fd: Fd): boolean {
  return getOption(fd, 'IPV6_V6ONLY') !== 0;
}

/** Who is at the other end of a connected Unix socket, as the kernel saw it at connect (SO_PEERCRED). */
export function peerCredentials(fd: Fd): {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
} {
  const ids = new Uint32Array(3);
  readOption(fd, 'SO_PEERCRED', new Uint8Array(ids.buffer));
  const [pid = 0, uid = 0, gid = 0] = ids;
  return { pid, uid, gid };
}

function keyOf<K>(table: ReadonlyMap<K, number>, number: number): K | null {
  for (const [key, value] of table) if (value === number) return key;
  return null;
}

/** The address a socket is bound to. */
export function localAddress(fd: Fd): Peer {
  const bytes = new Uint8Array(addressBytes);
  return decodeAddress(bytes, check(native.getsockname(fd, bytes), 'getsockname', `fd ${fd}`));
}

/** The port a socket is bound to; 0 for a Unix socket. */
export function localPort(fd: Fd): number {
  const address = localAddress(fd);
  return address.kind === 'inet' ? address.port : 0;
}

/** The address at the other end of a connection. */
export function peerAddress(fd: Fd): Peer {
  const bytes = new Uint8Array(addressBytes);
  return decodeAddress(bytes, check(native.getpeername(fd, bytes), 'getpeername', `fd ${fd}`));
}

/** Ends one direction or both; a connection that is gone already is no error. */
export function shutdown(fd: Fd, how: 'read' | 'write' | 'both'): void {
  const result = native.shutdown(fd, ['read', 'write', 'both'].indexOf(how));
  if (result !== -constant('ENOTCONN')) check(result, 'shutdown', `fd ${fd}`);
}

/** Closes a descriptor. It never throws; what is watched is taken out of the Poller before. */
export function close(fd: Fd): void {
  native.close(fd);
}

/**
 * Moves a descriptor to `min` or above and closes the low one: what the daemon keeps lives high, so that little is copied
 * for a child. When none is free there (EMFILE, EINVAL over the limit) the old one stays open and the error is thrown.
 */
export function moveHigh(fd: Fd, min: number): Fd {
  if (fd >= min) return fd;
  const high = check(native.dupfd(fd, min), 'fcntl', `fd ${fd} F_DUPFD_CLOEXEC ${min}`);
  native.close(fd);
  return high;
}

/** moveHigh where there is room for it; else the descriptor stays what it is. */
export function keepHigh(fd: Fd, min: number): Fd {
  if (fd >= min) return fd;
  const high = native.dupfd(fd, min);
  if (high < 0) return fd;
  native.close(fd);
  return high;
}

/** A second descriptor of the same file, as low as possible (`min` or above): for handing it to a child. */
export function duplicateLow(fd: Fd, min = 3): Fd {
  return check(native.dupfd(fd, min), 'fcntl', `fd ${fd} F_DUPFD_CLOEXEC`);
}

/** Sets or clears O_NONBLOCK, for every process that shares the socket. */
export function setBlocking(fd: Fd, blocking: boolean): void {
  const flags = check(native.getfl(fd), 'fcntl', `fd ${fd} F_GETFL`);
  const wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  if (wanted !== flags) check(native.setfl(fd, wanted), 'fcntl', `fd ${fd} F_SETFL`);
}

/** Whether reads and writes of others wait. */
export function isBlocking(fd: Fd): boolean {
  return (check(native.getfl(fd), 'fcntl', `fd ${fd} F_GETFL`) & O_NONBLOCK) === 0;
}

/** The kernel's own number of a socket: no other one ever has it (SO_COOKIE). */
export function socketCookie(fd: Fd): bigint {
  const value = new BigUint64Array(1);
  readOption(fd, 'SO_COOKIE', new Uint8Array(value.buffer));
  return value[0] ?? 0n;
}

/** Bytes of memory that what waits to be read from a socket takes (SO_MEMINFO): 0 when nothing waits. */
export function receiveMemory(fd: Fd): number {
  const words = new Uint32Array(16);
  readOption(fd, 'SO_MEMINFO', new Uint8Array(words.buffer));
  return words[0] ?? 0;
}
