/** One datagram and who sent it, so that it can be answered later. */

import type { Peer } from '../model/peer.ts';
import { constant } from './constants.ts';
import { native } from './native.ts';
import { addressBytes, decodeAddress } from './sockaddr.ts';
import type { Fd } from './socket.ts';

const MSG_DONTWAIT = constant('MSG_DONTWAIT');
const MSG_NOSIGNAL = constant('MSG_NOSIGNAL');

/** An address as the kernel wrote it, in the family of the socket that it came to. */
export type RawAddress = Uint8Array;

/** A received datagram; `bytes` are a view of the buffer it was received into. */
export interface DatagramFrom {
  readonly bytes: Uint8Array;
  readonly sender: Peer;
  readonly address: RawAddress;
}

/** The datagram that waits, or null: none does, or an error did. */
export function receiveFrom(fd: Fd, buffer: Uint8Array): DatagramFrom | null {
  const address = new Uint8Array(addressBytes);
  const lengths = new Int32Array(1);
  const length = native.recvfrom(fd, buffer, MSG_DONTWAIT, address, lengths);
  if (length < 0) return null;
  const size = lengths[0] ?? 0;
  return {
    bytes: buffer.subarray(0, length),
    sender: decodeAddress(address, size),
    address: address.subarray(0, size),
  };
}

/** Sends one datagram; what cannot be sent now is lost, as anywhere on its way. */
export function sendDatagram(fd: Fd, bytes: Uint8Array, address: RawAddress): void {
  native.sendto(fd, bytes, MSG_DONTWAIT | MSG_NOSIGNAL, address);
}
