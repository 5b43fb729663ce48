/** wait: the listener itself goes to one server, and comes back when that ends. */

import type { Exit, Launcher, StartFailure, StartHandlers } from '../exec/launch.ts';
import type { RefusalReason } from '../log/events.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import type { Listener } from '../net/listener.ts';
import { errnoText } from '../sys/errno.ts';
import { duplicateLow } from '../sys/socket.ts';
import { discardDatagram, peekSender } from '../sys/transfer.ts';
import { acceptFailed } from './accept-failed.ts';
import { changedLauncher } from './changed-launcher.ts';
import { isForWantOfProcesses } from './connection-child.ts';
import { tripDatagrams } from './datagram-trip.ts';
import { exitedEvent } from './exited.ts';
import { peerKey } from './peer-key.ts';
import { hangUp } from './reception/hang-up.ts';
import { type Answer, type Asked, askRules } from './reception/rules.ts';
import { remoteHostOf } from './remote-host.ts';
import type { Servers } from './servers.ts';
import { FREED, type Host, programOf, type Serving, SPAWN_PAUSE } from './serving.ts';
import { GRANTED, type Granted } from './wrap/outcome.ts';

/** A server that does not start is tried again after 1, 2, 4 … s, and given up for a while after so many times. */
const MOST_FAILURES = 6;

/** Starts one server with the listener on its descriptors 0, 1 and 2. Its queue stays in the kernel. */
export class HandOver implements Serving {
  readonly #host: Host;
  readonly #launcher: Launcher;
  #failures = 0;
  /** What the rules said about the datagram that waits, where that took its time. */
  #answer: { readonly sender: string; readonly answer: Answer } | null = null;

  constructor(host: Host, launcher: Launcher) {
    this.#host = host;
    this.#launcher = launcher;
  }

  readable(listener: Listener): void {
    const { admission, service, world } = this.#host;
    const { type } = listener.spec;
    const accepts = type === 'stream' || type === 'seqpacket';
    const asksPeer = !accepts && (admission.asksAddress || service.wrap !== null || this.#tellsPeer);
    const peer = asksPeer ? peekSender(listener.fd) : null;
    // A datagram with a bad checksum is readable and then gone (udp(7)).
    if (peer === null && asksPeer) return;
    if (this.#answer !== null && this.#isAnswered(listener, peer)) return;
    const address = peer === null ? '' : peerKey(peer);
    const verdict = admission.ask(address, world.clock.now());
    if (verdict === 'trip') tripDatagrams(this.#host, listener, peer);
    else if (verdict !== 'admit' && verdict !== 'ask-name') {
      this.#refuse(listener, peer, verdict);
    } else if (peer === null && service.wrap === null) this.#start(listener, null, GRANTED);
    else this.#ask(listener, peer, { address, byName: verdict === 'ask-name' });
  }

  get #tellsPeer(): boolean {
    const { service, tells } = this.#host;
    return tells || service.setup.tcpEnvironment === 'remote-host';
  }

  /** The refused datagram would wake us for ever; callers of a stream wait in the backlog, and we with them. */
  #refuse(listener: Listener, peer: Peer | null, reason: RefusalReason): void {
    if (peer === null && listener.spec.type === 'stream') {
      this.#host.apply({ name: 'pause', reason: 'looping', pauseMs: REFUSED_PAUSE_MS });
      return;
    }
    discardDatagram(listener.fd);
    if (peer !== null) this.#host.refuse(reason, peer);
  }

  /**
   * Asks the rules about the sender of the first datagram, which is not read until they answer; or about a caller of whom
   * nothing is known, as the server will accept him.
   */
  #ask(listener: Listener, peer: Peer | null, how: Pick<Asked, 'address' | 'byName'>): void {
    const asked = { ...how, fd: null, peer: peer ?? SOMEBODY };
    const answer = askRules(this.#host, this.#host.service, asked);
    if (!(answer instanceof Promise)) {
      this.#answered(listener, peer, answer);
      return;
    }
    const sender = senderOf(peer);
    this.#host.stall({
      whenRoom: (call) =>
        void answer.then((later) => {
          this.#answer = { sender, answer: later };
          call();
        }),
    });
  }

  /** The socket is watched again: does the answer belong to the datagram that waits there? */
  #isAnswered(listener: Listener, peer: Peer | null): boolean {
    const answer = this.#answer;
    this.#answer = null;
    if (answer === null || answer.sender !== senderOf(peer)) return false;
    this.#answered(listener, peer, answer.answer);
    return true;
  }

  #answered(listener: Listener, peer: Peer | null, answer: Answer): void {
    if (answer.kind === 'granted') this.#start(listener, peer, answer);
    else {
      const refused = peer ?? this.#hangUpOn(listener);
      if (peer !== null) discardDatagram(listener.fd);
      if (answer.kind === 'refused' && refused !== null) {
        this.#host.refuse(answer.reason, refused, answer.level);
      }
    }
  }

  /** Accepts the caller who waits first, and nobody else, to turn him away. */
  #hangUpOn(listener: Listener): Peer | null {
    const { accepted } = this.#host.world;
    const count = accepted.accept(listener.fd, { blocking: false, max: 1 });
    if (count < 0) acceptFailed(this.#host, -count);
    if (count <= 0) return null;
    hangUp(accepted.fds[0] ?? -1);
    return accepted.peer(0);
  }

  #start(listener: Listener, peer: Peer | null, { changes }: Granted): void {
    let fd: number;
    try {
      fd = duplicateLow(listener.fd);
    } catch {
      acceptFailed(this.#host, EMFILE);
      return;
    }
    const { service } = this.#host;
    listener.lend();
    this.#host.apply({ name: 'handed' });
    this.#host.admission.began('');
    const launcher = changes === null ? this.#launcher : changedLauncher(this.#host, changes);
    const strings = service.setup.tcpEnvironment === 'remote-host' ? [remoteHostOf(service, peer)] : [];
    const server = new Server(this.#host, { listener, peer, handOver: this });
    launcher.start({ fds: [fd], closeAfter: true, strings }, server);
  }

  /** The program runs: the next failure is a first one again. */
  succeeded(): void {
    this.#failures = 0;
  }

  failed(failure: StartFailure, listener: Listener): void {
    if (isForWantOfProcesses(failure)) this.#host.apply(SPAWN_PAUSE);
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

/** For hosts.allow and hosts.deny a client whose name and address are unknown (hosts_access(5)). */
const SOMEBODY: Peer = { kind: 'unix', path: '' };

/** Whom an answer is for; nobody in particular where the server accepts by itself. */
function senderOf(peer: Peer | null): string {
  return peer === null ? '' : formatPeer(peer);
}

const EMFILE = 24;

/** How long a listener rests whose callers nobody may serve now (load, hours), ms. */
const REFUSED_PAUSE_MS = 1000;

/** What a server is started with. */
interface Handed {
  readonly listener: Listener;
  readonly peer: Peer | null;
  readonly handOver: HandOver;
}

/** The one server, from its start to its end. */
class Server implements StartHandlers {
  readonly #host: Host;
  readonly #listener: Listener;
  readonly #handOver: HandOver;
  /** Who sent the first datagram. */
  readonly #peer: Peer | null;
  readonly #startedAt: number;
  readonly #servers: Servers | null;

  constructor(host: Host, { listener, peer, handOver }: Handed) {
    this.#host = host;
    this.#listener = listener;
    this.#peer = peer;
    this.#handOver = handOver;
    this.#startedAt = host.world.clock.now();
    this.#servers = host.servers;
    this.#servers?.starts();
  }

  started(pid: number): void {
    const { service, world } = this.#host;
    this.#handOver.succeeded();
    this.#servers?.started(pid, null);
    const peer = this.#peer === null ? null : formatPeer(this.#peer);
    world.emit({ event: 'handed-over', service: service.name, label: service.label, pid, peer });
  }

  failed(failure: StartFailure): void {
    const { admission, service, world } = this.#host;
    admission.ended('');
    this.#servers?.failed();
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
    this.#servers?.exited(exit.pid);
    this.#listener.takeBack();
    const durationMs = world.clock.now() - this.#startedAt;
    world.emit(exitedEvent(service, exit, { durationMs, wait: true }));
    this.#host.apply(FREED);
  }
}
