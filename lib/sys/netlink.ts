/** Addresses and families of netlink sockets (netlink(7)). */

import { endianness } from 'node:os';
import { constant } from './constants.ts';

/** `groups` is a mask of multicast groups; the kernel chooses the port. */
export interface NetlinkAddress {
  readonly kind: 'netlink';
  readonly groups: number;
}

const littleEndian = endianness() === 'LE';

// biome-ignore format: a table; linux/netlink.h
const families: Readonly<Record<string, number>> = {
  route: 0, firewall: 3, 'inet-diag': 4, nflog: 5, xfrm: 6, selinux: 7, iscsi: 8, audit: 9, 'fib-lookup': 10,
  connector: 11, netfilter: 12, 'ip6-fw': 13, dnrtmsg: 14, 'kobject-uevent': 15, generic: 16, scsitransport: 18,
  ecryptfs: 19, rdma: 20,
};

/** The number of a family by its name or in decimal; null for one that nobody knows. */
export function netlinkFamily(name: string): number | null {
  return /^\d+$/.test(name) ? Number(name) : (families[name] ?? null);
}

/** A struct sockaddr_nl. */
export function encodeNetlink({ groups }: NetlinkAddress): Uint8Array {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint16(0, constant('AF_NETLINK'), littleEndian);
  view.setUint32(8, groups, littleEndian);
  return new Uint8Array(view.buffer);
}
