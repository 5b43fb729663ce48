/** INTERCEPT (xinetd.conf(5)) of a stream service: the server accepts by itself, and yet each caller is checked. */

import type { Launcher } from '../../exec/launch.ts';
import type { Listener } from '../../net/listener.ts';
import { type Guest, Screening } from '../reception/screening.ts';
import type { Host, Serving } from '../serving.ts';
import { noPrivateSocket } from './no-private-socket.ts';
import { MOST_GUESTS, PassingOn } from './passing-on.ts';
import { PrivateServer } from './private-server.ts';

/** Accepts, asks the gates and passes each guest on to the one server, which sees the daemon as its caller. */
export class InterceptedConnections implements Serving {
  readonly #host: Host;
  readonly #launcher: Launcher;
  readonly #screening: Screening;
  readonly #passingOn: PassingOn;
  readonly #servers = new Map<Listener, PrivateServer>();

  constructor(host: Host, launcher: Launcher) {
    this.#host = host;
    this.#launcher = launcher;
    this.#screening = new Screening(host);
    this.#passingOn = new PassingOn(host);
  }

  readable(listener: Listener): void {
    const server = this.#serverOf(listener);
    if (server === null) return;
    const room = MOST_GUESTS - this.#host.admission.children;
    this.#screening.accept(listener, { blocking: false, room, withPeer: true }, (guest: Guest) =>
      this.#passingOn.begin(guest, server.destination),
    );
  }

  /** Its socket is made for the first caller; without one nobody is served. */
  #serverOf(listener: Listener): PrivateServer | null {
    const known = this.#servers.get(listener);
    if (known !== undefined) return known;
    try {
      const server = new PrivateServer(this.#host, this.#launcher, listener.spec);
      this.#servers.set(listener, server);
      return server;
    } catch (error) {
      noPrivateSocket(this.#host, error);
      return null;
    }
  }

  end(listener: Listener): void {
    this.#servers.get(listener)?.close();
    this.#servers.delete(listener);
  }

  abandon(): void {
    this.#passingOn.end();
  }
}
