/** Accepting connections in batches, with their addresses kept as bytes until somebody asks. */

import type { Peer } from '../model/peer.ts';
import { constant } from './constants.ts';
import { native } from './native.ts';
import { addressBytes, addressKeyAt, decodeAddress, portAt } from './sockaddr.ts';
import type { Fd } from './socket.ts';

const SOCK_NONBLOCK = constant('SOCK_NONBLOCK');

/** The connections of one accept; the next one overwrites them. */
export class AcceptBatch {
  /** The descriptors; as many are valid as `accept` returned. */
  readonly fds: Int32Array;
  readonly #addresses: Uint8Array;
  readonly #lengths: Int32Array;

  /** At most `size` connections at once: what other services wait for while one is busy. */
  constructor(size = 16) {
    this.fds = new Int32Array(size);
    this.#addresses = new Uint8Array(size * addressBytes);
    this.#lengths = new Int32Array(size);
  }

  /**
   * Accepts what waits at the (non-blocking) listener. `blocking` is what the connections shall be: legacy servers expect
   * that; `max` bounds their number further. Returns how many there are, also 0, or -errno: -EAGAIN when nobody waits,
   * -EMFILE, -ENFILE, ….
   */
  accept(fd: Fd, { blocking, max }: { readonly blocking: boolean; readonly max?: number }): number {
    if (max !== undefined && max <= 0) return 0;
    const fds = max !== undefined && max < this.fds.length ? this.fds.subarray(0, max) : this.fds;
    return native.accept4(fd, blocking ? 0 : SOCK_NONBLOCK, fds, this.#addresses, this.#lengths);
  }

  /** Who is at the other end of the connection `index`. */
  peer(index: number): Peer {
    return decodeAddress(this.#addresses, this.#lengths[index] ?? 0, index * addressBytes);
  }

  /** The peer's port; 0 for a Unix socket. */
  peerPort(index: number): number {
    return portAt(this.#addresses, index * addressBytes);
  }

  /** A key of the peer's address for tables by address: cheaper than its text, without the port. */
  addressKey(index: number): number | string {
    return addressKeyAt(this.#addresses, index * addressBytes);
  }
}
