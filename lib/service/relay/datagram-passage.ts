/** The datagrams of one sender on their way to a private server, and its answers. */

import { isIPv6 } from 'node:net';
import { formatPeer, type Peer } from '../../model/peer.ts';
import type { Service } from '../../model/service.ts';
import type { Watch } from '../../sys/epoll.ts';
import { close, connect, type Fd, keepHigh, openSocket } from '../../sys/socket.ts';
import { receive, send } from '../../sys/transfer.ts';
import type { ConnectionChild } from '../connection-child.ts';
import type { Host } from '../serving.ts';
import type { InetTarget } from './dial.ts';

/** Who sends, and how an answer gets back. */
export interface Sender {
  readonly peer: Peer;
  readonly child: ConnectionChild;
  readonly answer: (bytes: Uint8Array) => void;
}

/** A whole datagram of any size. */
const scratch = new Uint8Array(65_536);

/** Has a socket of its own, so that the server can tell senders apart; it ends when nothing was said for a while. */
export class DatagramPassage {
  /** When something was said last, monotonic ms. */
  lastUsed: number;
  readonly #host: Host;
  /** The definition under which the sender was let in. */
  readonly #service: Service;
  readonly #sender: Sender;
  readonly #fd: Fd;
  readonly #watch: Watch;
  readonly #startedAt: number;
  #fromCaller = 0;
  #toCaller = 0;

  /** Throws the SystemError of a socket that cannot be had. */
  constructor(host: Host, sender: Sender, { addresses: [address = ''], port }: InetTarget) {
    const { service, tells, world } = host;
    const family = isIPv6(address) ? 6 : 4;
    const fd = keepHigh(openSocket(family, 'dgram', 0), world.lowest);
    try {
      connect(fd, { kind: 'inet', family, host: address, port });
      this.#watch = world.poller.watch(fd, 'in', () => this.#answered());
    } catch (error) {
      close(fd);
      throw error;
    }
    this.#host = host;
    this.#service = service;
    this.#sender = sender;
    this.#fd = fd;
    this.#startedAt = world.clock.now();
    this.lastUsed = this.#startedAt;
    if (tells) world.emit({ event: 'builtin', ...this.#who });
  }

  /** What the server does not take is lost, as anywhere on its way. */
  pass(bytes: Uint8Array): void {
    this.lastUsed = this.#host.world.clock.now();
    if (send(this.#fd, bytes) === bytes.length) this.#fromCaller += bytes.length;
  }

  end(): void {
    const { tells, world } = this.#host;
    this.#watch.stop();
    close(this.#fd);
    const passed = { fromCaller: this.#fromCaller, toCaller: this.#toCaller };
    const durationMs = world.clock.now() - this.#startedAt;
    if (tells) world.emit({ event: 'relayed', ...this.#who, ...passed, durationMs });
    this.#sender.child.closed();
  }

  #answered(): void {
    const length = receive(this.#fd, scratch);
    // An error is that of a datagram that nobody took; reading it has cleared it.
    if (typeof length === 'string') return;
    this.lastUsed = this.#host.world.clock.now();
    this.#toCaller += length;
    this.#sender.answer(scratch.subarray(0, length));
  }

  get #who() {
    const service = this.#service;
    return { service: service.name, label: service.label, peer: formatPeer(this.#sender.peer) };
  }
}
