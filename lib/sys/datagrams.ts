/** Datagrams in batches: received, answered in place, sent back from the address that was asked. */

import type { Peer } from '../model/peer.ts';
import { constant } from './constants.ts';
import { errnoName } from './errno.ts';
import { SystemError } from './errors.ts';
import { type NativeBatch, native } from './native.ts';
import { addressBytes, addressKeyAt, decodeAddress, portAt } from './sockaddr.ts';
import type { Fd } from './socket.ts';

const MSG_DONTWAIT = constant('MSG_DONTWAIT');

/** Room for `count` datagrams of `size` bytes each; longer ones are cut. */
export class Datagrams {
  readonly #batch: NativeBatch;
  readonly #size: number;
  #count = 0;

  constructor({ count, size }: { readonly count: number; readonly size: number }) {
    const batch = native.batch(count, size);
    if (typeof batch === 'number') throw new SystemError(errnoName(-batch), 'batch', `${count} of ${size}`);
    this.#batch = batch;
    this.#size = size;
  }

  /** Receives what waits, up to the room there is; the number of datagrams, or -errno (-EAGAIN: none). */
  receive(fd: Fd): number {
    const received = native.recvmmsg(fd, this.#batch, MSG_DONTWAIT);
    this.#count = Math.max(received, 0);
    return received;
  }

  /** The bytes of a received datagram: a view, valid until the next receive. */
  payload(index: number): Uint8Array {
    return this.#batch.payloads.subarray(index * this.#size, index * this.#size + this.length(index));
  }

  /** Bytes of a datagram, received or to be sent; -1 when it is left out. */
  length(index: number): number {
    return this.#batch.lengths[index] ?? 0;
  }

  /** Who sent it. */
  sender(index: number): Peer {
    const { addresses, addressLengths } = this.#batch;
    return decodeAddress(addresses, addressLengths[index] ?? 0, index * addressBytes);
  }

  /** The sender's port; 0 for a Unix socket. */
  senderPort(index: number): number {
    return portAt(this.#batch.addresses, index * addressBytes);
  }

  /** A key of the sender's address for tables by address, without the port. */
  addressKey(index: number): number | string {
    return addressKeyAt(this.#batch.addresses, index * addressBytes);
  }

  /** The senders' addresses as the kernel wrote them, `addressBytes` each. */
  get addresses(): Uint8Array {
    return this.#batch.addresses;
  }

  /** The whole room of a datagram, to write an answer into; then say its length. */
  room(index: number): Uint8Array {
    return this.#batch.payloads.subarray(index * this.#size, (index + 1) * this.#size);
  }

  /** The answer to a datagram is so many bytes of its room. */
  answer(index: number, length: number): void {
    this.#batch.lengths[index] = Math.min(length, this.#size);
  }

  /** A datagram gets no answer. */
  drop(index: number): void {
    this.#batch.lengths[index] = -1;
  }

  /** Sends every datagram that was not dropped back to its sender; how many went. What the network refuses is lost. */
  reply(fd: Fd): number {
    return native.sendmmsg(fd, this.#batch, this.#count, MSG_DONTWAIT);
  }
}
