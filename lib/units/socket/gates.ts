/** The gates of an Accept=yes socket, in the words that all services share. */

import { type AddressKey, NO_ADDRESS } from '../../access/address-key.ts';
import type { Gates } from '../../access/admission.ts';
import type { SocketUnit } from '../../model/socket-unit.ts';
import { peerKey } from '../../service/peer-key.ts';
import type { Connection } from './instance.ts';

/** MaxConnections=, MaxConnectionsPerSource= and the rules of [Access]. What triggers too often is counted before them. */
export function gatesOf({ access, maxConnections, maxConnectionsPerSource }: SocketUnit): Gates {
  return {
    access,
    limits: {
      perMinute: null,
      tripPauseMs: 0,
      perSecond: null,
      children: maxConnections,
      atChildren: 'refuse',
      perAddressPerMinute: null,
      perAddressChildren: maxConnectionsPerSource === 0 ? null : maxConnectionsPerSource,
      ipMax: null,
    },
  };
}

/** What counts as one source: an address without its port, the user of a Unix socket, the machine of a vsock. */
export function sourceOf({ credentials, peer, vsock }: Connection): AddressKey {
  if (vsock) return `machine ${vsock.peer.cid} of a vsock`;
  if (peer.kind === 'inet') return peerKey(peer);
  // No key of an address is that long.
  return credentials === null ? NO_ADDRESS : `user ${credentials.uid} of a Unix socket`;
}

/** A source for people. */
export function nameOfSource({ credentials, peer, vsock }: Connection): string {
  if (vsock) return `vsock:${vsock.peer.cid}`;
  if (peer.kind === 'inet') return peer.address;
  return credentials === null ? 'unknown' : `user ${credentials.uid}`;
}
