/** The service trips with a datagram. */

import type { Peer } from '../model/peer.ts';
import type { Listener } from '../net/listener.ts';
import { discardDatagram } from '../sys/transfer.ts';
import type { Host } from './serving.ts';

/**
 * Closes the service for a while. One that only rests says whom it did not serve; in inetd's loop detection the datagram
 * goes with its socket.
 */
export function tripDatagrams(host: Host, listener: Listener, peer: Peer | null): void {
  if (host.service.limits.perSecond !== null && peer !== null) {
    discardDatagram(listener.fd);
    host.refuse('rate', peer);
  }
  host.apply({ name: 'trip' });
}
