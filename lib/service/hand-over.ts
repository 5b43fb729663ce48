/** wait: the listener itself goes to one server, and comes back when that ends. */

import type { Exit, Launcher, StartFailure, StartHandlers } from '../exec/launch.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import type { Listener } from '../net/listener.ts';
import { errnoText } from '../sys/errno.ts';
import { duplicateLow } from '../sys/socket.ts';
import { discardDatagram, peekSender } from '../sys/transfer.ts';
import { acceptFailed } from './accept-failed.ts';
import { changedLauncher } from './changed-launcher.ts';
import { exitedEvent } from './exited.ts';
import { FREED, type Host, programOf, type Serving, SPAWN_PAUSE } from './serving.ts';
import { GRANTED, type Granted, type Outcome } from './wrap/outcome.ts';

/** A server that does not start is tried again after 1, 2, 4 … s, and given up for a while after so many times. */
const MOST_FAILURES = 6;

/** Starts one server with the listener on its descriptors 0, 1 and 2. Its queue stays in the kernel. */
export class HandOver implements Serving {
  readonly #host: Host;
  readonly #launcher: Launcher;
  #failures = 0;
  /** What hosts.allow and hosts.deny said about the datagram that waits, where that took its time. */
  #answer: { readonly sender: string; readonly outcome: Outcome } | null = null;

  constructor(host: Host, launcher: Launcher) {
    this.#host = host;
    this.#launcher = launcher;
  }

  readable(listener: Listener): void {
    const { admission, service, world } = this.#host;
    const asksPeer = admission.asksAddress || service.wrap !== null;
    const peer = asksPeer ? peekSender(listener.fd) : null;
    // A datagram with a bad checksum is readable and then gone (udp(7)).
    if (peer === null && asksPeer) return;
    if (peer !== null && this.#answer !== null && this.#isAnswered(listener, peer)) return;
    const verdict = admission.ask(peer?.kind === 'inet' ? peer.address : '', world.clock.now());
    if (verdict === 'trip') this.#host.apply({ name: 'trip' });
    else if (verdict !== 'admit') {
      // The refused datagram would wake us for ever.
      discardDatagram(listener.fd);
      if (peer !== null) this.#host.refuse(verdict, peer);
    } else if (service.wrap === null || peer === null) this.#start(listener, GRANTED);
    else this.#ask(listener, peer);
  }

  /** Asks hosts.allow and hosts.deny about the sender of the first datagram, which is not read until they answer. */
  #ask(listener: Listener, peer: Peer): void {
    const { service, world } = this.#host;
    const outcome = world.wrappers.ask(service, { peer, fd: null });
    if (!(outcome instanceof Promise)) {
      this.#answered(listener, peer, outcome);
      return;
    }
    const sender = formatPeer(peer);
    this.#host.stall({
      whenRoom: (call) =>
        void outcome.then((later) => {
          this.#answer = { sender, outcome: later };
          call();
        }),
    });
  }

  /** The socket is watched again: does the answer belong to the datagram that waits there? */
  #isAnswered(listener: Listener, peer: Peer): boolean {
    const answer = this.#answer;
    this.#answer = null;
    if (answer === null || answer.sender !== formatPeer(peer)) return false;
    this.#answered(listener, peer, answer.outcome);
    return true;
  }

  #answered(listener: Listener, peer: Peer, outcome: Outcome): void {
    if (outcome.kind === 'granted') this.#start(listener, outcome);
    else {
      discardDatagram(listener.fd);
      this.#host.refuse('wrappers', peer, outcome.level);
    }
  }

  #start(listener: Listener, { changes }: Granted): void {
    let fd: number;
    try {
      fd = duplicateLow(listener.fd);
    } catch {
      acceptFailed(this.#host, EMFILE);
      return;
    }
    listener.lend();
    this.#host.apply({ name: 'handed' });
    this.#host.admission.began('');
    const launcher = changes === null ? this.#launcher : changedLauncher(this.#host, changes);
    launcher.start({ fds: [fd], closeAfter: true, strings: [] }, new Server(this.#host, listener, this));
  }

  /** The program runs: the next failure is a first one again. */
  succeeded(): void {
    this.#failures = 0;
  }

  failed(failure: StartFailure, listener: Listener): void {
    const { step } = failure;
    if (step === 'clone' || step === 'close-range') this.#host.apply(SPAWN_PAUSE);
    else if (listener.spec.type !== 'stream' && listener.spec.type !== 'seqpacket') {
      // The datagram that nobody could be started for would start the next one (inetd.conf(5)).
      discardDatagram(listener.fd);
      this.#host.apply(FREED);
    } else {
      this.#failures += 1;
      if (this.#failures > MOST_FAILURES) {
        this.#failures = 0;
        this.#host.apply({ name: 'trip' });
      } else
        this.#host.apply({ name: 'pause', reason: 'looping', pauseMs: 1000 * 2 ** (this.#failures - 1) });
    }
  }
}

const EMFILE = 24;

/** The one server, from its start to its end. */
class Server implements StartHandlers {
  readonly #host: Host;
  readonly #listener: Listener;
  readonly #handOver: HandOver;
  readonly #startedAt: number;

  constructor(host: Host, listener: Listener, handOver: HandOver) {
    this.#host = host;
    this.#listener = listener;
    this.#handOver = handOver;
    this.#startedAt = host.world.clock.now();
  }

  started(pid: number): void {
    const { service, world } = this.#host;
    this.#handOver.succeeded();
    world.emit({ event: 'handed-over', service: service.name, label: service.label, pid, peer: null });
  }

  failed(failure: StartFailure): void {
    const { admission, service, world } = this.#host;
    admission.ended('');
    this.#listener.takeBack();
    const reason = errnoText(failure.code);
    world.emit({
      event: 'start-failed',
      service: service.name,
      label: service.label,
      program: programOf(service),
      ...failure,
      reason,
    });
    this.#handOver.failed(failure, this.#listener);
  }

  exited(exit: Exit): void {
    const { admission, service, world } = this.#host;
    admission.ended('');
    this.#listener.takeBack();
    const durationMs = world.clock.now() - this.#startedAt;
    world.emit(exitedEvent(service, exit, { durationMs, wait: true }));
    this.#host.apply(FREED);
  }
}
