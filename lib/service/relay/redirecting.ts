/** redirect (xinetd.conf(5)): each connection is passed on to another address. */

import type { Redirect } from '../../model/service.ts';
import type { Listener } from '../../net/listener.ts';
import { type Guest, Screening } from '../reception/screening.ts';
import type { Host, Serving } from '../serving.ts';
import { type Destination, MOST_GUESTS, PassingOn } from './passing-on.ts';

/** Accepts, asks the gates and relays inside the event loop. No process is started. */
export class Redirecting implements Serving {
  readonly #host: Host;
  readonly #screening: Screening;
  readonly #passingOn: PassingOn;
  readonly #destination: Destination;

  constructor(host: Host, { host: name, port, addresses }: Redirect) {
    this.#host = host;
    this.#screening = new Screening(host);
    this.#passingOn = new PassingOn(host);
    this.#destination = { addresses, port, name: `${name.includes(':') ? `[${name}]` : name}:${port}` };
  }

  readable(listener: Listener): void {
    const { admission, service } = this.#host;
    const { atChildren, children } = service.limits;
    const most = children === null || atChildren === 'refuse' ? MOST_GUESTS : children;
    const room = most - admission.children;
    this.#screening.accept(listener, { blocking: false, room, withPeer: true }, this.#serve);
  }

  get isBusy(): boolean {
    return this.#screening.isBusy || this.#passingOn.isBusy;
  }

  abandon(): void {
    this.#screening.abandon();
    this.#passingOn.end();
  }

  readonly #serve = (guest: Guest) => this.#passingOn.begin(guest, this.#destination);
}
