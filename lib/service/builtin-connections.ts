/** Connections that superd answers itself, inside its event loop. */

import { formatPeer, type Peer } from '../model/peer.ts';
import type { Builtin, BuiltinName } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import { close, type Fd, keepHigh } from '../sys/socket.ts';
import { acceptFailed } from './accept-failed.ts';
import { FREED, type Host, type Serving } from './serving.ts';

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
    const room = (service.limits.children ?? MOST_CONNECTIONS) - admission.children;
    if (room <= 0) {
      this.#host.apply({ name: 'filled' });
      return;
    }
    const { accepted } = world;
    const count = accepted.accept(listener.fd, { blocking: false, max: room });
    if (count < 0) {
      acceptFailed(this.#host, -count);
      return;
    }
    const now = world.clock.now();
    for (let i = 0; i < count; i++) {
      const fd = accepted.fds[i] ?? -1;
      const address = admission.asksAddress ? accepted.addressKey(i) : '';
      const verdict = admission.ask(address, now);
      if (verdict === 'admit') this.#serve(fd, accepted.peer(i), address);
      else {
        close(fd);
        if (verdict === 'trip') {
          for (let rest = i + 1; rest < count; rest++) close(accepted.fds[rest] ?? -1);
          this.#host.apply({ name: 'trip' });
          return;
        }
        this.#host.refuse(verdict, accepted.peer(i));
      }
    }
  }

  #serve(fd: Fd, peer: Peer, address: string | number): void {
    const { admission, service, world } = this.#host;
    admission.began(address);
    if (world.connections) {
      world.emit({ event: 'builtin', service: service.name, label: service.label, peer: formatPeer(peer) });
    }
    const closed = () => {
      admission.ended(address);
      this.#host.apply(FREED);
    };
    const connection = { fd: BRIEF.has(this.#action.name) ? fd : keepHigh(fd, world.lowest), peer, closed };
    world.builtins.serve(this.#action.name, connection, this.#action.args);
  }
}
