/** The peer as 4.2BSD's inetd wrote it, which Solaris' inetd.conf(5) still asks for with %A. */

import type { Peer } from '../model/peer.ts';

/** The address in hexadecimal, a dot, the port in decimal: `c0000207.4711`. Only IPv4 had this form. */
export function peerArgument(peer: Peer): string {
  if (peer.kind !== 'inet') return '';
  if (peer.family === 6) return `${peer.address}.${peer.port}`;
  const hex = peer.address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return `${hex.join('')}.${peer.port}`;
}
