/** Between the gates of a service and its server: banners, names, hosts.allow, and the user whom the caller's host names. */

import type { AddressKey } from '../../access/address-key.ts';
import type { RefusalReason } from '../../log/events.ts';
import type { Peer } from '../../model/peer.ts';
import type { Reception, Service } from '../../model/service.ts';
import type { Listener } from '../../net/listener.ts';
import { close, type Fd, shutdown } from '../../sys/socket.ts';
import { type Accepting, acceptCallers, type Door } from '../accept-callers.ts';
import { ConnectionChild } from '../connection-child.ts';
import type { Host } from '../serving.ts';
import { StartQueue } from '../start-queue.ts';
import { GRANTED, type Granted } from '../wrap/outcome.ts';
import { Banners } from './banners.ts';
import { hangUp } from './hang-up.ts';
import { tellIdentity } from './identity.ts';
import { type Answer, askRules } from './rules.ts';

/** Callers of one service for whom something is asked or who read a banner: each holds a descriptor. */
const MOST_WAITING = 256;

/** One to be served. */
export interface Guest {
  /** The definition under which he was accepted; there may be another one by now. */
  readonly service: Service;
  readonly fd: Fd;
  /** Nobody in particular where the screening was told that the peer does not matter. */
  readonly peer: Peer;
  /** He is counted until it ends: `start` it, or say `closed` when the daemon itself has served him. */
  readonly child: ConnectionChild;
}

/** Serves a guest, whose descriptor belongs to the server from now on; `granted` is what hosts.allow changes for him. */
export type ServeGuest = (guest: Guest, granted: Granted) => void;

/** What becomes of one caller: exactly one of them is called, perhaps at once. */
export interface Ends {
  readonly serve: ServeGuest;
  /** He was turned away: told and counted; the descriptor is to be closed here. */
  readonly refused: (fd: Fd) => void;
}

/** A caller whom the gates let in; `byName`: they want his name first. */
export interface Caller {
  readonly fd: Fd;
  readonly peer: Peer;
  readonly address: AddressKey;
  readonly now: number;
  readonly byName: boolean;
}

/** Without one the connection goes to its server at once, and nothing of this costs anything. */
const NO_RECEPTION: Reception = {
  banner: { always: null, success: null, failure: null },
  ident: 'none',
  identRefused: false,
};

/** In xinetd the server's process refuses for these: as the server's user, and without asking for the caller's. */
const LATE: ReadonlySet<RefusalReason> = new Set(['sensor', 'address']);

const NOBODY: Peer = { kind: 'unix', path: '' };

/**
 * One for a definition of a service with connections. Nobody waits for a caller but that caller, and only so many wait;
 * no step takes longer than its own limit.
 */
export class Screening {
  readonly #host: Host;
  readonly #service: Service;
  readonly #reception: Reception;
  readonly #banners: Banners;
  readonly #waiting = new StartQueue(MOST_WAITING);
  /** Callers about whom something is being asked. */
  readonly #undecided = new Set<Fd>();
  #abandoned = false;
  /** Whether a caller may have to wait here. */
  readonly #holds: boolean;
  /** Where he would wait: nobody more is accepted than has room there. */
  readonly #queues: readonly StartQueue[];
  /** Whether a caller whom a gate refuses is told or asked anything. */
  readonly #answersRefused: boolean;

  constructor(host: Host) {
    const { service } = host;
    const reception = service.reception ?? NO_RECEPTION;
    const { always, failure } = reception.banner;
    this.#host = host;
    this.#service = service;
    this.#reception = reception;
    this.#banners = new Banners(service, host.world);
    this.#answersRefused = always !== null || failure !== null || reception.identRefused;
    this.#holds = service.reception !== null || service.wrap !== null || host.admission.asksName;
    const { waiting } = host.world.wrappers;
    this.#queues = [...(service.wrap === null ? [] : [waiting]), ...(this.#holds ? [this.#waiting] : [])];
  }

  /** Accepts callers of a listener and asks everything about them. */
  accept(
    listener: Listener,
    { withPeer, ...how }: Accepting & { readonly withPeer: boolean },
    serve: ServeGuest,
  ): void {
    let { room } = how;
    for (const queue of this.#queues) {
      if (queue.room <= 0) {
        this.#host.stall(queue);
        return;
      }
      room = Math.min(room, queue.room);
    }
    acceptCallers(this.#host, listener, { ...how, room }, this.#door(serve, withPeer));
  }

  /** Asks everything about one whom the gates have let in. */
  receive(caller: Caller, ends: Ends): void {
    const { fd, peer, address, now } = caller;
    const child = new ConnectionChild(this.#host, peer, address, now);
    const guest: Guest = { service: this.#service, fd, peer, child };
    if (this.#service.wrap === null && this.#service.reception === null && !caller.byName) {
      ends.serve(guest, GRANTED);
      return;
    }
    const answer = this.#ask(caller);
    if (!(answer instanceof Promise)) {
      end(answer, guest, ends);
      return;
    }
    this.#undecided.add(fd);
    void answer.then((later) => {
      this.#undecided.delete(fd);
      end(this.#abandoned ? { kind: 'gone' } : later, guest, ends);
    });
  }

  /** Whether somebody waits for an answer about him. */
  get isBusy(): boolean {
    return this.#undecided.size > 0;
  }

  /** Nobody is served any more. Those about whom something is being asked hear it now; their descriptors stay until then. */
  abandon(): void {
    this.#abandoned = true;
    for (const fd of this.#undecided) shutdown(fd, 'both');
  }

  /** Turns away one whom a gate refuses. */
  turnAway(fd: Fd, peer: Peer, reason: RefusalReason): void {
    this.#host.refuse(reason, peer);
    if (!this.#answersRefused) close(fd);
    else if (this.#waiting.room <= 0) hangUp(fd);
    else void this.#held(() => this.#farewell(fd, peer, reason)).finally(() => hangUp(fd));
  }

  #door(serve: ServeGuest, withPeer: boolean): Door {
    const { accepted } = this.#host.world;
    const { servers, tells } = this.#host;
    const needsPeer = withPeer || tells || servers !== null || this.#holds;
    const ends: Ends = { serve, refused: hangUp };
    return {
      admit: (fd, index, address, now, byName) => {
        const peer = needsPeer ? accepted.peer(index) : NOBODY;
        this.receive({ fd, peer, address, now, byName }, ends);
      },
      refuse: (fd, index, reason) => this.turnAway(fd, accepted.peer(index), reason),
    };
  }

  #ask(caller: Caller): Answer | Promise<Answer> {
    if (this.#service.reception !== null) return this.#held(() => this.#receive(caller));
    const answer = askRules(this.#host, this.#service, caller);
    return answer instanceof Promise ? this.#held(() => answer) : answer;
  }

  /** All that a caller goes through, in the order of xinetd(8). */
  async #receive(caller: Caller): Promise<Answer> {
    const { fd, peer } = caller;
    const { account } = this.#service;
    if (!(await this.#banners.send('always', fd, null))) return { kind: 'gone' };
    let answer = await askRules(this.#host, this.#service, caller);
    if (answer.kind === 'granted' && !(await this.#banners.send('success', fd, account))) {
      return { kind: 'gone' };
    }
    if (answer.kind === 'granted' && this.#reception.ident !== 'none') {
      const required = this.#reception.ident === 'require';
      const named = await tellIdentity(this.#host, this.#service, { fd, peer, required });
      if (required && !named) answer = { kind: 'refused', reason: 'ident', level: null };
    }
    if (answer.kind === 'refused') await this.#banners.send('failure', fd, account);
    return answer;
  }

  async #farewell(fd: Fd, peer: Peer, reason: RefusalReason): Promise<void> {
    const isLate = LATE.has(reason);
    if (!(await this.#banners.send('always', fd, null))) return;
    if (!(await this.#banners.send('failure', fd, isLate ? this.#service.account : null))) return;
    if (this.#reception.identRefused && !isLate)
      await tellIdentity(this.#host, this.#service, { fd, peer, required: false });
  }

  async #held<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting.begin();
    try {
      return await work();
    } finally {
      this.#waiting.end();
    }
  }
}

function end(answer: Answer, guest: Guest, { serve, refused }: Ends): void {
  switch (answer.kind) {
    case 'granted':
      serve(guest, answer);
      return;
    case 'refused':
      refused(guest.fd);
      guest.child.refused(answer.reason, answer.level);
      return;
    case 'gone':
      refused(guest.fd);
      guest.child.left();
  }
}
