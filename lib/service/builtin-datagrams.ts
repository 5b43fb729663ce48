/** Datagrams that superd answers itself. */

import type { AdmitSender, DatagramServer } from '../builtins/datagram.ts';
import type { RefusalReason } from '../log/events.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import type { Builtin } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import { setPacketInfo } from '../sys/socket.ts';
import type { Host, Serving } from './serving.ts';

/** How long the same sender's refusals for one reason are told once, ms (xinetd(8)). */
const REPEATED_MS = 60_000;

/** The refusal that was told last. */
interface Told {
  readonly reason: RefusalReason | null;
  readonly sender: string;
  readonly untilMs: number;
}

const NOTHING_TOLD: Told = { reason: null, sender: '', untilMs: 0 };

/** One server for each socket of the service. */
export class BuiltinDatagrams implements Serving {
  readonly #host: Host;
  readonly #action: Builtin;
  readonly #servers = new Map<Listener, DatagramServer>();
  #tripped = false;
  #told = NOTHING_TOLD;

  constructor(host: Host, action: Builtin) {
    this.#host = host;
    this.#action = action;
  }

  begin(listener: Listener): void {
    const { service, world } = this.#host;
    const { address } = listener.spec;
    // An answer must leave from the address that was asked, or the caller does not know it.
    if (address.kind === 'inet') setPacketInfo(listener.fd);
    const server = world.builtins.datagrams(this.#action, listener.fd, {
      dual: address.kind === 'inet' && address.dual,
      refuseLoopback: service.refuseLoopback,
      admit: this.#admit,
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
    const { admission, service } = this.#host;
    const verdict = admission.ask(admission.asksAddress ? batch.addressKey(index) : '', now);
    if (verdict === 'admit') {
      if (service.wrap !== null && !this.#isGranted(batch.sender(index))) return false;
      if (service.log !== null) this.#tell(batch.sender(index));
      return true;
    }
    if (verdict === 'trip') this.#tripped = true;
    if (verdict !== 'trip')
      this.#refuse(verdict === 'ask-name' ? 'address' : verdict, batch.sender(index), now);
    else if (service.limits.perSecond !== null) this.#host.refuse('rate', batch.sender(index));
    return false;
  };

  /** One who asks again and again is told once in a while. */
  #refuse(reason: RefusalReason, peer: Peer, now: number): void {
    const sender = formatPeer(peer);
    const { reason: before, sender: last, untilMs } = this.#told;
    if (reason === before && sender === last && now < untilMs) {
      this.#host.admission.count(reason);
      return;
    }
    this.#told = { reason, sender, untilMs: now + REPEATED_MS };
    this.#host.refuse(reason, peer);
  }

  #tell(peer: Peer): void {
    const { service, world } = this.#host;
    const { label, name } = service;
    world.emit({ event: 'builtin', service: name, label, peer: formatPeer(peer) });
  }

  /** The batch does not wait: a rule that needs a look-up, or does something, turns the sender away. So do the lists. */
  #isGranted(peer: Peer): boolean {
    const { service, world } = this.#host;
    const outcome = world.wrappers.ask(service, { peer, fd: null });
    if (!(outcome instanceof Promise) && outcome.kind === 'granted') return true;
    this.#host.refuse('wrappers', peer, outcome instanceof Promise ? null : outcome.level);
    return false;
  }
}
