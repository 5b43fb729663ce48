/** Options of sockets by their names (socket(7), ip(7), ipv6(7), tcp(7)). */

import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';
import type { Fd } from './socket.ts';

// biome-ignore format: a table
const LEVELS = {
  SOL_SOCKET: [
    'SO_REUSEADDR', 'SO_REUSEPORT', 'SO_SNDBUF', 'SO_RCVBUF', 'SO_SNDBUFFORCE', 'SO_RCVBUFFORCE', 'SO_KEEPALIVE',
    'SO_BROADCAST', 'SO_ERROR', 'SO_TYPE', 'SO_DOMAIN', 'SO_PROTOCOL', 'SO_ACCEPTCONN', 'SO_PASSCRED', 'SO_PASSPIDFD',
    'SO_PASSSEC', 'SO_PASSRIGHTS', 'SO_PRIORITY', 'SO_MARK', 'SO_BINDTODEVICE', 'SO_TIMESTAMP', 'SO_TIMESTAMPNS',
    'SO_COOKIE', 'SO_MEMINFO', 'SO_PEERCRED', 'SO_LINGER',
  ],
  IPPROTO_IP: ['IP_PKTINFO', 'IP_FREEBIND', 'IP_TRANSPARENT', 'IP_TOS', 'IP_TTL'],
  IPPROTO_IPV6: ['IPV6_V6ONLY', 'IPV6_FREEBIND', 'IPV6_TRANSPARENT', 'IPV6_RECVPKTINFO', 'IPV6_UNICAST_HOPS'],
  IPPROTO_TCP: [
    'TCP_NODELAY', 'TCP_KEEPIDLE', 'TCP_KEEPINTVL', 'TCP_KEEPCNT', 'TCP_DEFER_ACCEPT', 'TCP_CONGESTION', 'TCP_INFO',
  ],
  IPPROTO_SCTP: ['SCTP_NODELAY'],
  SOL_NETLINK: ['NETLINK_PKTINFO'],
} as const;

/** An option by its name in C. */
export type SocketOption = (typeof LEVELS)[keyof typeof LEVELS][number];

/** Level and number of each. */
const places: ReadonlyMap<string, readonly [number, number]> = new Map(
  Object.entries(LEVELS).flatMap(([level, names]) =>
    names.map((name) => [name, [constant(level), constant(name)]] as const),
  ),
);

/** setsockopt(2): an int, or the bytes of a text. */
export function setOption(fd: Fd, option: SocketOption, value: number | string): void {
  check(trySetOption(fd, option, value), 'setsockopt', `fd ${fd} ${option}`);
}

/** setOption for options that may be refused: 0 or -errno. */
export function trySetOption(fd: Fd, option: SocketOption, value: number | string): number {
  const [level, name] = placeOf(option);
  return native.setsockopt(fd, level, name, typeof value === 'number' ? int(value) : Buffer.from(value));
}

/** getsockopt(2) of an option that is an int. */
export function getOption(fd: Fd, option: SocketOption): number {
  const value = new Int32Array(1);
  readOption(fd, option, new Uint8Array(value.buffer));
  return value[0] ?? 0;
}

/** getsockopt(2) into `value`; returns how many bytes of it were written. */
export function readOption(fd: Fd, option: SocketOption, value: Uint8Array): number {
  const [level, name] = placeOf(option);
  return check(native.getsockopt(fd, level, name, value), 'getsockopt', `fd ${fd} ${option}`);
}

/** setsockopt(2) of an option that is a structure of ints. */
export function setInts(fd: Fd, option: SocketOption, values: Int32Array): void {
  const [level, name] = placeOf(option);
  check(
    native.setsockopt(fd, level, name, new Uint8Array(values.buffer)),
    'setsockopt',
    `fd ${fd} ${option}`,
  );
}

function placeOf(option: SocketOption): readonly [number, number] {
  const place = places.get(option);
  if (!place) throw new RangeError(`no option ${option}`);
  return place;
}

function int(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}
