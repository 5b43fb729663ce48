/** Datagrams that superd answers itself. */

import type { DatagramServer } from '../builtins/datagram.ts';
import type { Builtin } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import { setPacketInfo } from '../sys/socket.ts';
import type { Host, Serving } from './serving.ts';

/** One server for each socket of the service. */
export class BuiltinDatagrams implements Serving {
  readonly #host: Host;
  readonly #action: Builtin;
  readonly #servers = new Map<Listener, DatagramServer>();

  constructor(host: Host, action: Builtin) {
    this.#host = host;
    this.#action = action;
  }

  begin(listener: Listener): void {
    const { service, world } = this.#host;
    const { address } = listener.spec;
    // An answer must leave from the address that was asked, or the caller does not know it.
    if (address.kind === 'inet') setPacketInfo(listener.fd);
    const policy = { dual: address.kind === 'inet' && address.dual, refuseLoopback: service.refuseLoopback };
    const server = world.builtins.datagrams(this.#action.name, listener.fd, policy);
    if (server !== null) this.#servers.set(listener, server);
  }

  readable(listener: Listener): void {
    this.#servers.get(listener)?.readable();
  }

  end(listener: Listener): void {
    this.#servers.delete(listener);
  }
}
