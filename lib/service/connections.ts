/** nowait: a child per connection. */

import { tcpEnvironment } from '../exec/environment.ts';
import type { Launcher } from '../exec/launch.ts';
import type { Peer } from '../model/peer.ts';
import type { Listener } from '../net/listener.ts';
import { type Fd, localAddress, setLinger } from '../sys/socket.ts';
import { changedLauncher } from './changed-launcher.ts';
import { peerArgument } from './peer-argument.ts';
import { peerKey } from './peer-key.ts';
import { type Guest, Screening } from './reception/screening.ts';
import { remoteHostOf } from './remote-host.ts';
import { resolveNames } from './resolve.ts';
import type { Host, Serving } from './serving.ts';
import type { Granted } from './wrap/outcome.ts';

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
  readonly #withPeer: boolean;
  /** Made by the first caller, so that services that nobody calls cost no memory for it. */
  #made: Screening | null = null;

  constructor(host: Host, launcher: Launcher) {
    const { setup } = host.service;
    this.#host = host;
    this.#launcher = launcher;
    this.#withPeer = setup.peerArgument || setup.tcpEnvironment !== 'none';
  }

  readable(listener: Listener): void {
    const { admission, service, world } = this.#host;
    const { starts } = world;
    if (starts.room <= 0) {
      this.#host.stall(starts);
      return;
    }
    const { atChildren, children } = service.limits;
    const room =
      children === null || atChildren === 'refuse'
        ? starts.room
        : Math.min(starts.room, children - admission.children);
    this.#screening.accept(listener, { blocking: true, room, withPeer: this.#withPeer }, this.#serve);
  }

  get isBusy(): boolean {
    return this.#made?.isBusy === true;
  }

  abandon(): void {
    this.#made?.abandon();
  }

  /** Serves a connection that came another way. Unless `started` is returned it was not touched. */
  adopt(adopted: Adopted): 'started' | 'refused' {
    const { admission, world } = this.#host;
    const { fd, peer } = adopted;
    if (admission.full) return 'refused';
    const address = peerKey(peer);
    const now = world.clock.now();
    const verdict = admission.ask(address, now);
    if (verdict === 'admit' || verdict === 'ask-name') {
      let result: 'asked' | 'started' | 'refused' = 'asked';
      const caller = { fd, peer, address, now, byName: verdict === 'ask-name' };
      this.#screening.receive(caller, {
        serve: (guest, granted) => {
          adopted.taken();
          this.#launch(guest, granted);
        },
        refused: () => {
          if (result === 'started') adopted.refused();
          else result = 'refused';
        },
      });
      if (result === 'asked') result = 'started';
      return result;
    }
    if (verdict === 'trip') this.#host.apply({ name: 'trip' });
    if (verdict !== 'trip') this.#host.refuse(verdict, peer);
    else if (this.#host.service.limits.perSecond !== null) this.#host.refuse('rate', peer);
    return 'refused';
  }

  get #screening(): Screening {
    this.#made ??= new Screening(this.#host);
    return this.#made;
  }

  readonly #serve = (guest: Guest, granted: Granted) => this.#launch(guest, granted);

  /** The definition may have changed since the connection was accepted: it is served under that one. */
  #launch({ service, fd, peer, child }: Guest, { level, changes, lingerSeconds }: Granted): void {
    const { setup } = service;
    const { world } = this.#host;
    const launcher = changes === null ? this.#launcher : changedLauncher({ service, world }, changes);
    if (lingerSeconds !== null) setLinger(fd, lingerSeconds);
    const isOwnProgram = changes === null || changes.command === null;
    const argument = setup.peerArgument && isOwnProgram ? [peerArgument(peer)] : [];
    const start = (environment: readonly string[]) =>
      child.start(launcher, { fds: [fd], closeAfter: true, strings: [...argument, ...environment] }, level);
    if (setup.tcpEnvironment === 'remote-host') start([remoteHostOf(service, peer)]);
    else if (setup.tcpEnvironment === 'none' || peer.kind !== 'inet') start([]);
    else {
      const local = localAddress(fd);
      const ends = { local: local.kind === 'inet' ? local : peer, remote: peer };
      if (setup.tcpEnvironment === 'addresses') start(tcpEnvironment(ends));
      else resolveNames(ends, world, (named) => start(tcpEnvironment(named)));
    }
  }
}
