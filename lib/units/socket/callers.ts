/** Accept=yes: each connection becomes an instance of the service's template (systemd.socket(5)). */

import type { AddressKey } from '../../access/address-key.ts';
import type { Verdict } from '../../access/admission.ts';
import { Admission } from '../../access/admission.ts';
import { Window } from '../../access/window.ts';
import type { Peer } from '../../model/peer.ts';
import type { SocketUnit } from '../../model/socket-unit.ts';
import { openOptions, setOptions } from '../../net/target-options.ts';
import { acceptTrouble } from '../../service/accept-failed.ts';
import type { World } from '../../service/serving.ts';
import { errnoName, errnoText } from '../../sys/errno.ts';
import { close, type Fd, localAddress, peerCredentials, socketCookie } from '../../sys/socket.ts';
import { vsockName, vsockPeer } from '../../sys/vsock.ts';
import { say } from '../messages.ts';
import type { Home, ServiceRunner, SocketRunner } from '../types.ts';
import { gatesOf, nameOfSource, sourceOf } from './gates.ts';
import { type Connection, describeCaller, environmentOf, instanceName } from './instance.ts';
import type { Port } from './port.ts';
import type { Ports } from './ports.ts';
import type { Result } from './state.ts';

/** The socket unit around its callers. */
export interface Reception {
  readonly home: Home;
  readonly ports: Ports;
  readonly runner: SocketRunner;
  /** TriggerLimitIntervalSec=. */
  readonly triggers: Window;
  /** The unit cannot go on. */
  fail(result: Exclude<Result, 'success'>): void;
}

/** Nothing to accept with: callers keep their place in the backlog for so long. */
const SHORT_MS = 1000;

/** A flood of callers must not become a flood of lines. */
const LINES = { burst: 5, intervalMs: 10_000 };

/** Accepts, asks the gates, and starts instances. Counts go on when the socket is stopped and started again. */
export class Callers {
  readonly #at: Reception;
  readonly #admission: Admission;
  /** The source of each live connection, by the name of its instance. */
  readonly #live = new Map<string, AddressKey>();
  readonly #lines = new Window(LINES);
  #accepted = 0;
  #refused = 0;
  /** Whether it was said that there is nothing to accept with. */
  #short = false;

  constructor(at: Reception) {
    this.#at = at;
    this.#admission = new Admission(gatesOf(at.runner.unit), at.home.world.house);
  }

  get accepted(): number {
    return this.#accepted;
  }

  get connections(): number {
    return this.#live.size;
  }

  get refused(): number {
    return this.#refused;
  }

  /** A changed unit: its limits hold from the next caller on. */
  change(unit: SocketUnit): void {
    this.#admission.replace(gatesOf(unit));
  }

  /** Its instance is dead. */
  ended(instance: string): void {
    const source = this.#live.get(instance);
    if (source === undefined) return;
    this.#live.delete(instance);
    this.#admission.ended(source);
  }

  /** The port is readable. No more callers are taken than its limits allow, and the one with whom they are hit. */
  accept(port: Port): void {
    const { home, ports, triggers } = this.#at;
    const { accepted, clock } = home.world;
    const now = clock.now();
    const pauses = this.#at.runner.unit.atTriggerLimit === 'pause';
    const max = Math.min(port.polls.room(now), triggers.room(now) + (pauses ? 0 : 1));
    if (pauses && triggers.room(now) === 0) {
      for (const one of ports.list) ports.pause(one, triggers.left(now));
      say(home.world.emit, this.#at.runner.unit.head, 'trigger-pause');
      return;
    }
    const count = accepted.accept(port.fd, { blocking: true, max });
    if (count < 0) {
      this.#trouble(port, errnoName(-count));
      return;
    }
    this.#short = false;
    // Each is taken out first: the batch is everybody's.
    const callers = Array.from({ length: count }, (_, at) => ({
      fd: accepted.fds[at] ?? -1,
      peer: accepted.peer(at),
    }));
    for (const [at, { fd, peer }] of callers.entries()) {
      port.polls.admit(now);
      if (!this.#take(port, fd, peer, now)) {
        for (const rest of callers.slice(at + 1)) this.#refuse(rest.fd);
        return;
      }
    }
    if (port.polls.room(now) === 0) ports.pause(port, port.polls.left(now));
  }

  /** False: the socket unit cannot go on. */
  #take(port: Port, fd: Fd, peer: Peer, now: number): boolean {
    const { home, runner, triggers } = this.#at;
    if (home.hasJob(runner.name, 'stop')) {
      this.#refuse(fd);
      return true;
    }
    const connection = this.#connection(port, fd, peer);
    const source = connection === null ? null : sourceOf(connection);
    // Whom nobody wants to serve must not be able to use up what is for the others.
    if (connection !== null && source !== null && !this.#admission.allows(source)) {
      this.#turnAway(fd, connection, 'address', now);
      return true;
    }
    if (!triggers.admit(now)) {
      this.#refuse(fd);
      say(home.world.emit, runner.unit.head, 'trigger-limit');
      this.#at.fail('trigger-limit-hit');
      return false;
    }
    if (connection === null || source === null) {
      // It left before its name was read.
      close(fd);
      return true;
    }
    const verdict = this.#admission.ask(source, now);
    if (verdict === 'ask-name') {
      this.#askName(port, fd, connection, source);
      return true;
    }
    if (verdict !== 'admit') {
      this.#turnAway(fd, connection, verdict, now);
      return true;
    }
    return this.#serve(port, fd, connection, source);
  }

  /** The gates want to know the caller's name, which takes a while. */
  #askName(port: Port, fd: Fd, connection: Connection, source: AddressKey): void {
    const { home, runner } = this.#at;
    this.#admission.began(source);
    // It never rejects.
    void nameOf(connection.peer, home.world.names).then((name) => {
      this.#admission.withdrew(source);
      const verdict = this.#admission.decideByName(source, name);
      if (runner.active !== 'active') this.#refuse(fd);
      else if (verdict === 'admit') this.#serve(port, fd, connection, source);
      else this.#turnAway(fd, connection, verdict, home.world.clock.now());
    });
  }

  /** False: there is no such service, so the socket unit cannot go on. */
  #serve(port: Port, fd: Fd, seen: Connection, source: AddressKey): boolean {
    const { home, runner } = this.#at;
    const { unit } = runner;
    const connection = { ...seen, number: this.#accepted };
    const instance = instanceName(unit.service, connection, unit.instanceNaming);
    const service = home.find(instance);
    if (service === null || service.unit.kind !== 'service') {
      this.#refuse(fd);
      say(home.world.emit, unit.head, 'problem', `Socket service ${instance} not loaded, refusing.`);
      this.#at.fail('resources');
      return false;
    }
    setOptions(fd, openOptions(port.target, unit.options));
    this.#accepted += 1;
    this.#admission.began(source);
    this.#live.set(instance, source);
    (service as ServiceRunner).adopt({
      fd,
      peer: connection.peer,
      environment: environmentOf(connection),
      socket: runner,
      description: describeCaller(connection),
    });
    const problem = home.request('start', instance, 'replace');
    if (problem === null) return true;
    // The connection is its own by now: a stop closes it.
    service.stop();
    this.ended(instance);
    say(home.world.emit, unit.head, 'problem', `Failed to queue service startup job: ${problem}`);
    this.#at.fail('resources');
    return false;
  }

  #connection({ target }: Port, fd: Fd, peer: Peer): Connection | null {
    try {
      return {
        number: this.#accepted,
        local: target.kind === 'vsock' ? peer : localAddress(fd),
        peer,
        vsock: target.kind === 'vsock' ? vsockEnds(fd) : null,
        credentials: target.kind !== 'vsock' && peer.kind === 'unix' ? peerCredentials(fd) : null,
        cookie: cookieOf(fd),
      };
    } catch {
      return null;
    }
  }

  #turnAway(
    fd: Fd,
    connection: Connection,
    reason: Exclude<Verdict, 'admit' | 'ask-name'>,
    now: number,
  ): void {
    const { home, runner } = this.#at;
    const { head, maxConnections, maxConnectionsPerSource } = runner.unit;
    this.#refuse(fd);
    this.#admission.count(reason === 'trip' ? 'rate' : reason);
    if (!this.#lines.admit(now)) return;
    const { emit } = home.world;
    if (reason === 'children') say(emit, head, 'too-many', maxConnections);
    else if (reason === 'per-address-children') {
      say(emit, head, 'too-many-from', maxConnectionsPerSource, nameOfSource(connection));
    } else say(emit, head, 'refused', describeCaller(connection), reason);
  }

  #refuse(fd: Fd): void {
    this.#refused += 1;
    close(fd);
  }

  /** The listener is readable still, so that every lasting error rests for a second. */
  #trouble(port: Port, code: string): void {
    const trouble = acceptTrouble(code);
    if (trouble === 'none') return;
    const { home, ports, runner } = this.#at;
    ports.pause(port, SHORT_MS);
    if (this.#short) return;
    this.#short = true;
    say(home.world.emit, runner.unit.head, 'descriptors-short', errnoText(code));
  }
}

/** A caller without an internet address has no name. */
async function nameOf(peer: Peer, names: World['names']): Promise<string | null> {
  return peer.kind === 'inet' ? await names.known(peer.address) : null;
}

function vsockEnds(fd: Fd): NonNullable<Connection['vsock']> | null {
  const [local, peer] = [vsockName(fd), vsockPeer(fd)];
  return local === null || peer === null ? null : { local, peer };
}

/** SO_COOKIE; null: the kernel has none for it. */
function cookieOf(fd: Fd): bigint | null {
  try {
    return socketCookie(fd);
  } catch {
    return null;
  }
}
