/** Datagrams that superd answers itself. */

import type { AdmitSender, DatagramServer } from '../builtins/datagram.ts';
import type { Peer } from '../model/peer.ts';
import type { Builtin } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import { setPacketInfo } from '../sys/socket.ts';
import type { Host, Serving } from './serving.ts';

/** One server for each socket of the service. */
export class BuiltinDatagrams implements Serving {
  readonly #host: Host;
  readonly #action: Builtin;
  readonly #servers = new Map<Listener, DatagramServer>();
  #tripped = false;

  constructor(host: Host, action: Builtin) {
    this.#host = host;
    this.#action = action;
  }

  begin(listener: Listener): void {
    const { service, world } = this.#host;
    const { address } = listener.spec;
    // An answer must leave from the address that was asked, or the caller does not know it.
    if (address.kind === 'inet') setPacketInfo(listener.fd);
    const server = world.builtins.datagrams(this.#action.name, listener.fd, {
      dual: address.kind === 'inet' && address.dual,
      refuseLoopback: service.refuseLoopback,
      ...(this.#host.admission.limitsCalls || service.wrap !== null ? { admit: this.#admit } : {}),
    });
    if (server !== null) this.#servers.set(listener, server);
  }

  readable(listener: Listener): void {
    this.#servers.get(listener)?.readable();
    if (!this.#tripped) return;
    // Not before: what was admitted of the batch gets its answers.
    this.#tripped = false;
    this.#host.apply({ name: 'trip' });
  }

  end(listener: Listener): void {
    this.#servers.delete(listener);
  }

  readonly #admit: AdmitSender = (batch, index, now) => {
    if (this.#tripped) return false;
    const verdict = this.#host.admission.ask(batch.addressKey(index), now);
    if (verdict === 'trip') this.#tripped = true;
    else if (verdict !== 'admit') this.#host.refuse(verdict, batch.sender(index));
    else if (this.#host.service.wrap !== null) return this.#isGranted(batch.sender(index));
    return verdict === 'admit';
  };

  /** The batch does not wait: a rule that needs a look-up, or does something, turns the sender away. */
  #isGranted(peer: Peer): boolean {
    const { service, world } = this.#host;
    const outcome = world.wrappers.ask(service, { peer, fd: null });
    if (!(outcome instanceof Promise) && outcome.kind === 'granted') return true;
    this.#host.refuse('wrappers', peer, outcome instanceof Promise ? null : outcome.level);
    return false;
  }
}
