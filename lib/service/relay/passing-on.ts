/** Guests of a service who are passed on to another address, until both sides have ended. */

import { formatPeer } from '../../model/peer.ts';
import { errnoText } from '../../sys/errno.ts';
import { type Fd, keepHigh, setKeepAlive, setNoDelay } from '../../sys/socket.ts';
import { hangUp } from '../reception/hang-up.ts';
import type { Guest } from '../reception/screening.ts';
import type { Host } from '../serving.ts';
import { dial, type InetTarget } from './dial.ts';
import { type Passed, Relay } from './relay.ts';

/** Where to, and what log lines call it. */
export interface Destination extends InetTarget {
  readonly name: string;
}

/** Descriptors are two for each guest: those who stay cannot take them all. */
export const MOST_GUESTS = 1024;

/** All guests of one service who are being passed on. */
export class PassingOn {
  readonly #host: Host;
  readonly #passages = new Set<Passage>();

  constructor(host: Host) {
    this.#host = host;
  }

  get isBusy(): boolean {
    return this.#passages.size > 0;
  }

  begin(guest: Guest, destination: Destination): void {
    const passage = new Passage(this.#host, guest, () => this.#passages.delete(passage));
    this.#passages.add(passage);
    passage.begin(destination);
  }

  /** Ends all of them now. */
  end(): void {
    for (const passage of this.#passages) passage.end();
  }
}

/** One guest: first the target is called, then both are relayed. */
class Passage {
  readonly #host: Host;
  readonly #guest: Guest;
  readonly #fd: Fd;
  readonly #startedAt: number;
  readonly #ended: () => void;
  #stop: () => void = () => {};

  constructor(host: Host, guest: Guest, ended: () => void) {
    this.#host = host;
    this.#guest = guest;
    this.#ended = ended;
    this.#fd = keepHigh(guest.fd, host.world.lowest);
    this.#startedAt = host.world.clock.now();
  }

  begin(destination: Destination): void {
    const { tells, world } = this.#host;
    if (tells) world.emit({ event: 'builtin', ...this.#who });
    if (this.#guest.peer.kind === 'inet') {
      setNoDelay(this.#fd, true);
      setKeepAlive(this.#fd, true);
    }
    let answered = false;
    const giveUp = dial(destination, world, (result) => {
      answered = true;
      if ('fd' in result) this.#relay(result.fd);
      else this.#unreached(destination, result.code);
    });
    if (answered) return;
    this.#stop = () => {
      giveUp();
      this.#leave();
    };
  }

  /** Ends it now. */
  end(): void {
    this.#stop();
  }

  #relay(target: Fd): void {
    const relay = new Relay({ caller: this.#fd, target }, this.#host.world.poller, (passed) =>
      this.#relayed(passed),
    );
    this.#stop = () => relay.close();
  }

  #relayed(passed: Passed): void {
    const { tells, world } = this.#host;
    const durationMs = world.clock.now() - this.#startedAt;
    if (tells) world.emit({ event: 'relayed', ...this.#who, ...passed, durationMs });
    this.#close();
  }

  #unreached({ name }: Destination, code: string): void {
    const reason = errnoText(code);
    this.#host.world.emit({ event: 'unreached', ...this.#who, target: name, reason });
    this.#leave();
  }

  #leave(): void {
    hangUp(this.#fd);
    this.#close();
  }

  #close(): void {
    this.#ended();
    this.#guest.child.closed();
  }

  get #who() {
    const { peer, service } = this.#guest;
    return { service: service.name, label: service.label, peer: formatPeer(peer) };
  }
}
