/** Connections that superd answers itself, inside its event loop. */

import type { AddressKey } from '../access/source-rate.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import type { Builtin, BuiltinName } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import { type Fd, keepHigh, setBlocking } from '../sys/socket.ts';
import { acceptCallers } from './accept-callers.ts';
import { changedLauncher } from './changed-launcher.ts';
import { ConnectionChild } from './connection-child.ts';
import { FREED, type Host, type Serving } from './serving.ts';
import { askWrappers, hangUp } from './wrap/ask-wrappers.ts';

/** Descriptors of built-ins that are not limited otherwise, so that callers who stay cannot take them all. */
const MOST_CONNECTIONS = 4096;

/** Answered and closed at once: not worth a higher number. */
const BRIEF: ReadonlySet<BuiltinName> = new Set(['daytime', 'time']);

/** Accepts, asks the gates and hands the connection to the built-in. No process is started. */
export class BuiltinConnections implements Serving {
  readonly #host: Host;
  readonly #action: Builtin;

  constructor(host: Host, action: Builtin) {
    this.#host = host;
    this.#action = action;
  }

  readable(listener: Listener): void {
    const { admission, service, world } = this.#host;
    const { waiting } = world.wrappers;
    if (service.wrap !== null && waiting.room <= 0) {
      this.#host.stall(waiting);
      return;
    }
    const room = (service.limits.children ?? MOST_CONNECTIONS) - admission.children;
    acceptCallers(this.#host, listener, { blocking: false, room }, (fd, index, address, now) =>
      this.#start(fd, world.accepted.peer(index), address, now),
    );
  }

  #start(fd: Fd, peer: Peer, address: AddressKey, now: number): void {
    const { admission, service } = this.#host;
    if (service.wrap !== null) {
      this.#ask(fd, peer, new ConnectionChild(this.#host, peer, address, now));
      return;
    }
    admission.began(address);
    this.#serve(fd, peer, () => {
      admission.ended(address);
      this.#host.apply(FREED);
    });
  }

  /** Nothing that the rules may change concerns the built-in, but a command in its place (twist). */
  #ask(fd: Fd, peer: Peer, child: ConnectionChild): void {
    const { service, world } = this.#host;
    askWrappers(this.#host, { peer, fd }, (outcome) => {
      if (outcome.kind === 'refused') {
        hangUp(fd);
        child.refused(outcome.level);
      } else if (outcome.changes === null || outcome.changes.command === null) {
        this.#serve(fd, peer, () => child.closed());
      } else {
        setBlocking(fd, true);
        const launcher = changedLauncher({ service, world }, outcome.changes);
        child.start(launcher, { fds: [fd], closeAfter: true, strings: [] }, outcome.level);
      }
    });
  }

  #serve(fd: Fd, peer: Peer, closed: () => void): void {
    const { service, world } = this.#host;
    if (world.connections) {
      world.emit({ event: 'builtin', service: service.name, label: service.label, peer: formatPeer(peer) });
    }
    const connection = { fd: BRIEF.has(this.#action.name) ? fd : keepHigh(fd, world.lowest), peer, closed };
    world.builtins.serve(this.#action.name, connection, this.#action.args);
  }
}
