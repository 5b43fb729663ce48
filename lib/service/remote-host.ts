/** REMOTE_HOST, the variable that tells a server of xinetd.conf(5) who calls. */

import { remoteHost } from '../exec/environment.ts';
import type { Peer } from '../model/peer.ts';
import type { Service } from '../model/service.ts';

/** NAME=value; null is the caller of a server that accepts by itself. */
export function remoteHostOf({ mapped }: Service, peer: Peer | null): string {
  if (peer?.kind !== 'inet') return remoteHost('<no address>');
  return remoteHost(mapped && peer.family === 4 ? `::ffff:${peer.address}` : peer.address);
}
