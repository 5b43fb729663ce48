/** INTERCEPT (xinetd.conf(5)) of a stream service: the server accepts by itself, and yet each caller is checked. */

import type { Launcher } from '../../exec/launch.ts';
import type { Service } from '../../model/service.ts';
import type { Listener } from '../../net/listener.ts';
import { type Guest, Screening } from '../reception/screening.ts';
import type { Host, Serving } from '../serving.ts';
import { MOST_GUESTS, PassingOn } from './passing-on.ts';
import { PrivateServers } from './private-servers.ts';

/** Accepts, asks the gates and passes each guest on to the one server, which sees the daemon as its caller. */
export class InterceptedConnections implements Serving {
  readonly #host: Host;
  readonly #screening: Screening;
  readonly #passingOn: PassingOn;
  readonly #servers: PrivateServers;

  constructor(host: Host, launcher: Launcher) {
    this.#host = host;
    this.#screening = new Screening(host);
    this.#passingOn = new PassingOn(host);
    this.#servers = new PrivateServers(host, launcher);
  }

  readable(listener: Listener): void {
    const server = this.#servers.of(listener);
    if (server === null) return;
    const room = MOST_GUESTS - this.#host.admission.children;
    this.#screening.accept(listener, { blocking: false, room, withPeer: true }, (guest: Guest) =>
      this.#passingOn.begin(guest, server.destination),
    );
  }

  get isBusy(): boolean {
    return this.#screening.isBusy || this.#passingOn.isBusy;
  }

  succeed(former: Serving): void {
    if (former instanceof InterceptedConnections) this.#servers.takeOver(former.#servers);
  }

  outlasts(next: Service): boolean {
    return this.#servers.outlast(next);
  }

  end(listener: Listener): void {
    this.#servers.close(listener);
  }

  abandon(): void {
    this.#screening.abandon();
    this.#passingOn.end();
  }
}
