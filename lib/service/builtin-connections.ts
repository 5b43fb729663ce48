/** Connections that superd answers itself, inside its event loop. */

import { formatPeer } from '../model/peer.ts';
import type { Builtin, BuiltinName, Service } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import { keepHigh, setBlocking } from '../sys/socket.ts';
import { changedLauncher } from './changed-launcher.ts';
import { type Guest, Screening } from './reception/screening.ts';
import { remoteHostOf } from './remote-host.ts';
import type { Host, Serving } from './serving.ts';
import type { Granted } from './wrap/outcome.ts';

/** Descriptors of built-ins that are not limited otherwise, so that callers who stay cannot take them all. */
const MOST_CONNECTIONS = 4096;

/** Answered and closed at once: not worth a higher number. */
const BRIEF: ReadonlySet<BuiltinName> = new Set(['daytime', 'time']);

/** For these xinetd starts a process, whose end stands in the log of the service (xinetd.log(5)). */
const LASTING: ReadonlySet<BuiltinName> = new Set(['echo', 'discard', 'chargen']);

/** Accepts, asks the gates and hands the connection to the built-in. No process is started. */
export class BuiltinConnections implements Serving {
  readonly #host: Host;
  readonly #action: Builtin;
  readonly #screening: Screening;
  readonly #tellsEnds: boolean;

  constructor(host: Host, action: Builtin) {
    this.#host = host;
    this.#action = action;
    this.#screening = new Screening(host);
    this.#tellsEnds = LASTING.has(action.name) && logsEnds(host.service);
  }

  readable(listener: Listener): void {
    const { admission, service } = this.#host;
    const { atChildren, children } = service.limits;
    const most = children === null || atChildren === 'refuse' ? MOST_CONNECTIONS : children;
    const room = most - admission.children;
    this.#screening.accept(listener, { blocking: false, room, withPeer: true }, this.#serve);
  }

  get isBusy(): boolean {
    return this.#screening.isBusy;
  }

  abandon(): void {
    this.#screening.abandon();
  }

  /** Nothing that the rules may change concerns the built-in, but a command in its place (twist). */
  readonly #serve = (guest: Guest, { changes, level }: Granted) => {
    if (changes === null || changes.command === null) {
      this.#answer(guest);
      return;
    }
    const { child, fd, peer, service } = guest;
    setBlocking(fd, true);
    const launcher = changedLauncher({ service, world: this.#host.world }, changes);
    const strings = service.setup.tcpEnvironment === 'remote-host' ? [remoteHostOf(service, peer)] : [];
    child.start(launcher, { fds: [fd], closeAfter: true, strings }, level);
  };

  #answer({ child, fd, peer, service }: Guest): void {
    const { tells, world } = this.#host;
    const { label, name } = service;
    if (tells) world.emit({ event: 'builtin', service: name, label, peer: formatPeer(peer) });
    const begin = this.#tellsEnds ? world.clock.now() : 0;
    const ended = () => {
      const durationMs = world.clock.now() - begin;
      world.emit({ event: 'builtin-ended', service: name, label, peer: formatPeer(peer), durationMs });
      child.closed();
    };
    const connection = {
      fd: BRIEF.has(this.#action.name) ? fd : keepHigh(fd, world.lowest),
      peer,
      closed: this.#tellsEnds ? ended : () => child.closed(),
    };
    world.builtins.serve(this.#action, connection);
  }
}

/** Whether the log of the service wants a line for an end. */
function logsEnds({ log }: Service): boolean {
  return log !== null && (log.success.includes('EXIT') || log.success.includes('DURATION'));
}
