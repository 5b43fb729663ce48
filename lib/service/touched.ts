/** A sensor: nobody is served, and who calls is shut out of every service for a while (xinetd.conf(5), SENSOR). */

import type { AddressKey } from '../access/address-key.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import type { Sensor } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import type { Fd } from '../sys/socket.ts';
import { discardDatagram, peekSender } from '../sys/transfer.ts';
import { acceptCallers, type Door } from './accept-callers.ts';
import { peerKey } from './peer-key.ts';
import { Screening } from './reception/screening.ts';
import type { Host, Serving } from './serving.ts';

/** Callers of one turn. */
const BATCH = 16;

/** Accepts, remembers and closes. */
export class Touched implements Serving {
  readonly #host: Host;
  readonly #action: Sensor;
  readonly #screening: Screening;
  readonly #door: Door;

  constructor(host: Host, action: Sensor) {
    this.#host = host;
    this.#action = action;
    this.#screening = new Screening(host);
    const { accepted } = host.world;
    this.#door = {
      admit: (fd, index) => this.#touchedBy(fd, accepted.peer(index), accepted.addressKey(index)),
      refuse: (fd, index, reason) => {
        const peer = accepted.peer(index);
        // Whom the lists keep out has touched it all the same.
        if (reason === 'address') this.#touchedBy(fd, peer, accepted.addressKey(index));
        else this.#screening.turnAway(fd, peer, reason);
      },
    };
  }

  readable(listener: Listener): void {
    const { type } = listener.spec;
    if (type === 'stream' || type === 'seqpacket') {
      acceptCallers(this.#host, listener, { blocking: false, room: BATCH }, this.#door);
    } else this.#takeDatagrams(listener);
  }

  #touchedBy(fd: Fd, peer: Peer, address: AddressKey): void {
    this.#touch(peer, address);
    this.#screening.turnAway(fd, peer, 'sensor');
  }

  #takeDatagrams(listener: Listener): void {
    const { admission, service, world } = this.#host;
    for (let count = 0; count < BATCH; count += 1) {
      const peer = peekSender(listener.fd);
      if (!discardDatagram(listener.fd) || peer === null) return;
      const address = peerKey(peer);
      const verdict = admission.ask(address, world.clock.now());
      if (verdict === 'trip') {
        if (service.limits.perSecond !== null) this.#host.refuse('rate', peer);
        this.#host.apply({ name: 'trip' });
        return;
      }
      const passes = verdict === 'admit' || verdict === 'ask-name' || verdict === 'address';
      if (passes) this.#touch(peer, address);
      this.#host.refuse(passes ? 'sensor' : verdict, peer);
    }
  }

  #touch(peer: Peer, address: AddressKey): void {
    const { service, world } = this.#host;
    const { denyMinutes } = this.#action;
    if (!world.touches.touch(address, denyMinutes)) return;
    const { label, name } = service;
    world.emit({ event: 'sensed', service: name, label, peer: formatPeer(peer), denyMinutes });
  }
}
