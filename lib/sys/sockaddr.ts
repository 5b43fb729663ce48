/** Socket addresses as the kernel writes them (struct sockaddr_in, sockaddr_in6, sockaddr_un). */

import { isIPv4, isIPv6 } from 'node:net';
import { endianness } from 'node:os';
import type { Peer } from '../model/peer.ts';
import { constant } from './constants.ts';
import { check } from './errno.ts';
import { SystemError } from './errors.ts';
import { native } from './native.ts';
import { encodeNetlink, type NetlinkAddress } from './netlink.ts';
import { encodeVsock, type VsockAddress } from './vsock.ts';

/** What can be encoded; a ListenAddress is one. `host` is numeric, with a zone where one is meant (`fe80::1%eth0`). */
export type SocketAddress =
  | { readonly kind: 'inet'; readonly family: 4 | 6; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** The families of which only sockets of units are. */
export type AnySocketAddress = SocketAddress | VsockAddress | NetlinkAddress;

/** Bytes of a struct sockaddr_storage: room for any address. */
export const addressBytes = 128;

// sa_family and sin6_scope_id are in the machine's own order, ports and addresses in the network's.
const littleEndian = endianness() === 'LE';
const AF_UNIX = constant('AF_UNIX');
const AF_INET = constant('AF_INET');
const AF_INET6 = constant('AF_INET6');
/** Longest path of a struct sockaddr_un with its NUL left out. */
const longestPath = 107;

/** The bytes for bind(2) or connect(2). An address that is none is a SystemError: EINVAL, ENAMETOOLONG, ENODEV (zone). */
export function encodeAddress(address: AnySocketAddress): Uint8Array {
  switch (address.kind) {
    case 'unix':
      return encodeUnix(address.path);
    case 'vsock':
      return encodeVsock(address);
    case 'netlink':
      return encodeNetlink(address);
    case 'inet':
      return address.family === 4
        ? encodeIpv4(address.host, address.port)
        : encodeIpv6(address.host, address.port);
  }
}

function encodeUnix(path: string): Uint8Array {
  const abstract = path.startsWith('@');
  const name = new TextEncoder().encode(abstract ? `\0${path.slice(1)}` : path);
  if (name.length > longestPath) throw new SystemError('ENAMETOOLONG', 'address', path);
  if (name.length === 0 || (!abstract && name.includes(0))) throw new SystemError('EINVAL', 'address', path);
  // An abstract name has no NUL behind it: its length says where it ends (unix(7)).
  const bytes = new Uint8Array(2 + name.length + (abstract ? 0 : 1));
  new DataView(bytes.buffer).setUint16(0, AF_UNIX, littleEndian);
  bytes.set(name, 2);
  return bytes;
}

function encodeIpv4(host: string, port: number): Uint8Array {
  if (!isIPv4(host)) throw new SystemError('EINVAL', 'address', host);
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_INET, littleEndian);
  view.setUint16(2, port);
  bytes.set(host.split('.').map(Number), 4);
  return bytes;
}

function encodeIpv6(host: string, port: number): Uint8Array {
  const [address = '', zone] = host.split('%', 2);
  if (!isIPv6(address)) throw new SystemError('EINVAL', 'address', host);
  const bytes = new Uint8Array(28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_INET6, littleEndian);
  view.setUint16(2, port);
  ipv6Groups(address).forEach((group, index) => {
    view.setUint16(8 + 2 * index, group);
  });
  if (zone !== undefined) view.setUint32(24, scopeOf(zone), littleEndian);
  return bytes;
}

/** The eight groups of an address that is known to be one. */
function ipv6Groups(address: string): readonly number[] {
  const [head = '', tail] = address.split('::', 2);
  const before = groupsOf(head);
  if (tail === undefined) return before;
  const after = groupsOf(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function scopeOf(zone: string): number {
  return /^\d+$/.test(zone) ? Number(zone) : check(native.if_nametoindex(zone), 'address', `zone ${zone}`);
}

/**
 * The address of `length` bytes at `offset`. IPv4-mapped addresses are IPv4; a Unix socket without a name has the path
 * `''`, an abstract one begins with `@`. What is neither (a raw packet's) counts as a Unix socket without a name.
 */
export function decodeAddress(bytes: Uint8Array, length: number, offset = 0): Peer {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
  const family = length >= 2 ? view.getUint16(0, littleEndian) : 0;
  if (family === AF_INET && length >= 16) {
    return { kind: 'inet', family: 4, address: ipv4Text(view, 4), port: view.getUint16(2) };
  }
  if (family === AF_INET6 && length >= 28) {
    const port = view.getUint16(2);
    return isMapped(view)
      ? { kind: 'inet', family: 4, address: ipv4Text(view, 20), port }
      : { kind: 'inet', family: 6, address: ipv6Text(view) + zoneText(view), port };
  }
  return {
    kind: 'unix',
    path: family === AF_UNIX ? unixPath(bytes.subarray(offset + 2, offset + length)) : '',
  };
}

/** The port of an encoded internet address; 0 for any other. */
export function portAt(bytes: Uint8Array, offset: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 4);
  const family = view.getUint16(0, littleEndian);
  return family === AF_INET || family === AF_INET6 ? view.getUint16(2) : 0;
}

/**
 * A key for tables by address, cheaper than its text: the 32 bits of an IPv4 address (mapped ones included), 16 characters
 * for IPv6, `''` for a Unix socket. The port is no part of it.
 */
export function addressKeyAt(bytes: Uint8Array, offset: number): number | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 28);
  const family = view.getUint16(0, littleEndian);
  if (family === AF_INET) return view.getUint32(4);
  if (family !== AF_INET6) return '';
  if (isMapped(view)) return view.getUint32(20);
  let key = '';
  for (let index = 8; index < 24; index += 2) key += String.fromCharCode(view.getUint16(index));
  return key;
}

function isMapped(view: DataView): boolean {
  return view.getUint32(8) === 0 && view.getUint32(12) === 0 && view.getUint32(16) === 0xffff;
}

function ipv4Text(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${view.getUint8(at + 3)}`;
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups becomes `::`. */
function ipv6Text(view: DataView): string {
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(8 + 2 * index));
  let start = 0;
  let longest = 1;
  for (let from = 0; from < 8; from += 1) {
    const end = groups.findIndex((group, index) => index >= from && group !== 0);
    const run = (end === -1 ? 8 : end) - from;
    if (run > longest) [start, longest] = [from, run];
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (longest === 1) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + longest))}`;
}

function zoneText(view: DataView): string {
  const scope = view.getUint32(24, littleEndian);
  if (scope === 0) return '';
  const name = native.if_indextoname(scope);
  return typeof name === 'string' ? `%${name}` : `%${scope}`;
}

function unixPath(name: Uint8Array): string {
  if (name.length === 0) return '';
  const text = new TextDecoder();
  if (name[0] === 0) return `@${text.decode(name.subarray(1))}`;
  const end = name.indexOf(0);
  return text.decode(end === -1 ? name : name.subarray(0, end));
}
