/** Who may look at the daemon. */

import { isIPv4 } from 'node:net';
import { socketFamily } from '../sys/socket.ts';
import type { Connection } from './builtin.ts';

/** Whether the caller is on this machine for certain: over a Unix socket, or from a loopback address. */
export function isLocalCaller({ fd, peer }: Connection): boolean {
  // A peer that is unknown looks like a Unix socket's too.
  if (peer.kind === 'unix') return socketFamily(fd) === 'unix';
  return peer.address === '::1' || (isIPv4(peer.address) && peer.address.startsWith('127.'));
}
