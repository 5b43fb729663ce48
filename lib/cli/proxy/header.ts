/** The first line of a connection by the PROXY protocol, version 1: who called, and whom. */

import type { Peer } from '../../model/peer.ts';

/** Both ends of the connection as the caller sees it. What is not TCP is `UNKNOWN`. */
export function proxyHeader(caller: Peer, called: Peer): string {
  if (caller.kind !== 'inet' || called.kind !== 'inet' || caller.family !== called.family)
    return 'PROXY UNKNOWN\r\n';
  const words = [plain(caller.address), plain(called.address), caller.port, called.port];
  return `PROXY TCP${caller.family} ${words.join(' ')}\r\n`;
}

/** An address without its zone, which means nothing on another machine. */
function plain(address: string): string {
  return address.replace(/%.*/, '');
}
