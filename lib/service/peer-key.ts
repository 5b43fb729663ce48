/** The key of a peer that was not accepted in a batch: the same one as AcceptBatch gives its address. */

import { type AddressKey, addressKeyOf, NO_ADDRESS } from '../access/address-key.ts';
import type { Peer } from '../model/peer.ts';

/** The zone of an address is no part of it. */
export function peerKey(peer: Peer): AddressKey {
  if (peer.kind !== 'inet') return NO_ADDRESS;
  const zone = peer.address.indexOf('%');
  return addressKeyOf(zone < 0 ? peer.address : peer.address.slice(0, zone));
}
