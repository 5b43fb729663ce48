/** nowait: a child per connection. */

import type { AddressKey } from '../access/source-rate.ts';
import { tcpEnvironment } from '../exec/environment.ts';
import type { Launcher } from '../exec/launch.ts';
import type { Peer } from '../model/peer.ts';
import type { Service } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import { type Fd, localAddress, setLinger } from '../sys/socket.ts';
import { acceptCallers, type Serve } from './accept-callers.ts';
import { changedLauncher } from './changed-launcher.ts';
import { ConnectionChild } from './connection-child.ts';
import { peerArgument } from './peer-argument.ts';
import { resolveNames } from './resolve.ts';
import type { Host, Serving } from './serving.ts';
import type { StartQueue } from './start-queue.ts';
import { askWrappers, hangUp } from './wrap/ask-wrappers.ts';
import { GRANTED, type Granted, type Outcome } from './wrap/outcome.ts';

/** A connection that was accepted elsewhere (tcpmux), on a descriptor of its own. */
export interface Adopted {
  readonly peer: Peer;
  readonly fd: Fd;
  /** It is about to be served. */
  taken(): void;
  /** It is turned away after all, behind a `started`; the descriptor is still the caller's. */
  refused(): void;
}

/** Accepts in bounded batches, asks the gates, and starts a child with the connection on its descriptors 0, 1 and 2. */
export class Connections implements Serving {
  readonly #host: Host;
  readonly #launcher: Launcher;

  constructor(host: Host, launcher: Launcher) {
    this.#host = host;
    this.#launcher = launcher;
  }

  readable(listener: Listener): void {
    const { admission, service } = this.#host;
    const queue = this.#busiest;
    if (queue.room <= 0) {
      this.#host.stall(queue);
      return;
    }
    const children = (service.limits.children ?? Number.POSITIVE_INFINITY) - admission.children;
    const room = Math.min(queue.room, children);
    acceptCallers(this.#host, listener, { blocking: true, room }, this.#serve);
  }

  /** Serves a connection that came another way. Unless `started` is returned it was not touched. */
  adopt(adopted: Adopted): 'started' | 'refused' {
    const { admission, world } = this.#host;
    const { peer } = adopted;
    if (admission.full) return 'refused';
    const address = peer.kind === 'inet' ? peer.address : '';
    const now = world.clock.now();
    const verdict = admission.ask(address, now);
    if (verdict === 'admit') return this.#startAdopted(adopted, address, now);
    if (verdict === 'trip') this.#host.apply({ name: 'trip' });
    else this.#host.refuse(verdict, peer);
    return 'refused';
  }

  readonly #serve: Serve = (fd, index, address, now) => {
    const { accepted } = this.#host.world;
    this.#start(fd, this.#needsPeer ? accepted.peer(index) : NOBODY, address, now);
  };

  get #needsPeer(): boolean {
    const { service, world } = this.#host;
    const { setup, wrap } = service;
    return world.connections || wrap !== null || setup.peerArgument || setup.tcpEnvironment !== 'none';
  }

  /** Where the fewest callers more have room: among starts, or among those who wait for the wrappers. */
  get #busiest(): StartQueue {
    const { service, world } = this.#host;
    const { starts, wrappers } = world;
    return service.wrap !== null && wrappers.waiting.room < starts.room ? wrappers.waiting : starts;
  }

  #start(fd: Fd, peer: Peer, address: AddressKey, now: number): void {
    const { service } = this.#host;
    const child = new ConnectionChild(this.#host, peer, address, now);
    if (service.wrap === null) this.#launch({ service, fd, peer, child }, GRANTED);
    else
      askWrappers(this.#host, { peer, fd }, (outcome) => {
        if (outcome.kind === 'granted') this.#launch({ service, fd, peer, child }, outcome);
        else {
          hangUp(fd);
          child.refused(outcome.level);
        }
      });
  }

  #startAdopted(adopted: Adopted, address: AddressKey, now: number): 'started' | 'refused' {
    const { service } = this.#host;
    const { fd, peer } = adopted;
    const child = new ConnectionChild(this.#host, peer, address, now);
    let result: 'asked' | 'started' | 'refused' = 'asked';
    const answered = (outcome: Outcome) => {
      if (outcome.kind === 'granted') {
        adopted.taken();
        this.#launch({ service, fd, peer, child }, outcome);
      } else {
        child.refused(outcome.level);
        if (result === 'started') adopted.refused();
        else result = 'refused';
      }
    };
    if (service.wrap === null) answered(GRANTED);
    else askWrappers(this.#host, { peer, fd }, answered);
    if (result === 'asked') result = 'started';
    return result;
  }

  /** The definition may have changed since the connection was accepted: it is served under that one. */
  #launch({ service, fd, peer, child }: Launch, { level, changes, lingerSeconds }: Granted): void {
    const { setup } = service;
    const { world } = this.#host;
    const launcher = changes === null ? this.#launcher : changedLauncher({ service, world }, changes);
    if (lingerSeconds !== null) setLinger(fd, lingerSeconds);
    const isOwnProgram = changes === null || changes.command === null;
    const argument = setup.peerArgument && isOwnProgram ? [peerArgument(peer)] : [];
    const start = (environment: readonly string[]) =>
      child.start(launcher, { fds: [fd], closeAfter: true, strings: [...argument, ...environment] }, level);
    if (setup.tcpEnvironment === 'none' || peer.kind !== 'inet') start([]);
    else {
      const local = localAddress(fd);
      const ends = { local: local.kind === 'inet' ? local : peer, remote: peer };
      if (setup.tcpEnvironment === 'addresses') start(tcpEnvironment(ends));
      else resolveNames(ends, world.clock, (named) => start(tcpEnvironment(named)));
    }
  }
}

/** A connection on its way to its child. */
interface Launch {
  readonly service: Service;
  readonly fd: Fd;
  readonly peer: Peer;
  readonly child: ConnectionChild;
}

const NOBODY: Peer = { kind: 'unix', path: '' };
