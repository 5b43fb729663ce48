/** INTERCEPT (xinetd.conf(5)) of a datagram service: each sender is checked, not only the first one. */

import type { Launcher } from '../../exec/launch.ts';
import type { Service } from '../../model/service.ts';
import type { Listener } from '../../net/listener.ts';
import type { Cancel } from '../../sys/clock.ts';
import { type DatagramFrom, receiveFrom, sendDatagram } from '../../sys/datagram-from.ts';
import { ConnectionChild } from '../connection-child.ts';
import { peerKey } from '../peer-key.ts';
import { type Answer, askRules } from '../reception/rules.ts';
import type { Host, Serving } from '../serving.ts';
import { DatagramPassage } from './datagram-passage.ts';
import { noPrivateSocket } from './no-private-socket.ts';
import type { PrivateServer } from './private-server.ts';
import { PrivateServers } from './private-servers.ts';

/** Senders who say nothing for so long are forgotten, ms. */
const IDLE_MS = 60_000;

/** Senders at once; for one more, the one who has said nothing for longest is forgotten. */
const MOST_SENDERS = 1024;

/** Datagrams read in one go, so that a busy service does not hold up the others. */
const BATCH = 16;

/** A whole datagram of any size. */
const scratch = new Uint8Array(65_536);

/** Passes datagrams of admitted senders on to the one server, and its answers back. */
export class InterceptedDatagrams implements Serving {
  readonly #host: Host;
  readonly #servers: PrivateServers;
  /** By address, who was heard longest ago first; `asking`: the rules have not answered yet. */
  readonly #senders = new Map<string, DatagramPassage | 'asking'>();
  #cancel: Cancel | null = null;

  constructor(host: Host, launcher: Launcher) {
    this.#host = host;
    this.#servers = new PrivateServers(host, launcher);
  }

  readable(listener: Listener): void {
    const server = this.#servers.of(listener);
    if (server === null) return;
    for (let count = 0; count < BATCH; count += 1) {
      const datagram = receiveFrom(listener.fd, scratch);
      if (datagram === null || !this.#take(datagram, listener, server)) return;
    }
  }

  succeed(former: Serving): void {
    if (former instanceof InterceptedDatagrams) this.#servers.takeOver(former.#servers);
  }

  outlasts(next: Service): boolean {
    return this.#servers.outlast(next);
  }

  end(listener: Listener): void {
    this.#servers.close(listener);
    // Their answers would leave by a socket that is gone.
    this.#forget(() => true);
  }

  /** False: the service rests now. */
  #take(datagram: DatagramFrom, listener: Listener, server: PrivateServer): boolean {
    const key = Buffer.from(datagram.address).toString('latin1');
    const known = this.#senders.get(key);
    if (known instanceof DatagramPassage) {
      this.#senders.delete(key);
      this.#senders.set(key, known);
      known.pass(datagram.bytes);
    }
    return known !== undefined || this.#meet(datagram, { key, listener, server });
  }

  #meet(datagram: DatagramFrom, place: Place): boolean {
    const { admission, service, world } = this.#host;
    const peer = datagram.sender;
    const address = peerKey(peer);
    const verdict = admission.ask(address, world.clock.now());
    if (verdict === 'trip') {
      if (service.limits.perSecond !== null) this.#host.refuse('rate', peer);
      this.#host.apply({ name: 'trip' });
      return false;
    }
    if (verdict !== 'admit' && verdict !== 'ask-name') {
      this.#host.refuse(verdict, peer);
      return true;
    }
    const answer = askRules(this.#host, service, { fd: null, peer, address, byName: verdict === 'ask-name' });
    if (!(answer instanceof Promise)) {
      this.#answered(answer, datagram, place);
      return true;
    }
    this.#makeRoom();
    this.#senders.set(place.key, 'asking');
    const kept = { ...datagram, bytes: datagram.bytes.slice() };
    void answer.then((later) => {
      if (this.#senders.get(place.key) !== 'asking') return;
      this.#senders.delete(place.key);
      this.#answered(later, kept, place);
    });
    return true;
  }

  #answered(answer: Answer, datagram: DatagramFrom, { key, listener, server }: Place): void {
    const { sender: peer, address } = datagram;
    if (answer.kind === 'refused') this.#host.refuse(answer.reason, peer, answer.level);
    if (answer.kind !== 'granted') return;
    this.#makeRoom();
    const child = new ConnectionChild(this.#host, peer, peerKey(peer), this.#host.world.clock.now());
    try {
      const reply = (bytes: Uint8Array) => sendDatagram(listener.fd, bytes, address);
      const passage = new DatagramPassage(this.#host, { peer, child, answer: reply }, server.destination);
      this.#senders.set(key, passage);
      passage.pass(datagram.bytes);
    } catch (error) {
      child.left();
      noPrivateSocket(this.#host, error);
    }
    this.#cancel ??= this.#host.world.clock.after(IDLE_MS, () => this.#sweep());
  }

  #makeRoom(): void {
    if (this.#senders.size < MOST_SENDERS) return;
    for (const [key, oldest] of this.#senders) {
      this.#senders.delete(key);
      if (oldest !== 'asking') oldest.end();
      return;
    }
  }

  #sweep(): void {
    const limit = this.#host.world.clock.now() - IDLE_MS;
    this.#forget((passage) => passage !== 'asking' && passage.lastUsed <= limit);
    this.#cancel =
      this.#senders.size === 0 ? null : this.#host.world.clock.after(IDLE_MS, () => this.#sweep());
  }

  #forget(which: (passage: DatagramPassage | 'asking') => boolean): void {
    for (const [key, passage] of this.#senders) {
      if (!which(passage)) continue;
      this.#senders.delete(key);
      if (passage !== 'asking') passage.end();
    }
  }
}

/** Where a datagram came in, and where it goes. */
interface Place {
  readonly key: string;
  readonly listener: Listener;
  readonly server: PrivateServer;
}
