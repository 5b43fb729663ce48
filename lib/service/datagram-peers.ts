/** dgram nowait as busybox has it: each sender gets a child of its own, with a socket connected to it. */

import type { Launcher } from '../exec/launch.ts';
import type { Peer } from '../model/peer.ts';
import { bindSocket } from '../net/bind.ts';
import type { Listener } from '../net/listener.ts';
import { hasCode } from '../sys/errors.ts';
import { close, connect, duplicateLow, type Fd, setBlocking } from '../sys/socket.ts';
import { discardDatagram, peekSender } from '../sys/transfer.ts';
import { changedLauncher } from './changed-launcher.ts';
import { ConnectionChild } from './connection-child.ts';
import { tripDatagrams } from './datagram-trip.ts';
import { peerKey } from './peer-key.ts';
import { type Answer, askRules } from './reception/rules.ts';
import { remoteHostOf } from './remote-host.ts';
import { type Host, type Serving, SPAWN_PAUSE } from './serving.ts';

/** Connects the socket to the sender of its first datagram, hands it to a child, and goes on with a fresh one. */
export class DatagramPeers implements Serving {
  readonly sharesAddress = true;
  readonly #host: Host;
  readonly #launcher: Launcher;

  constructor(host: Host, launcher: Launcher) {
    this.#host = host;
    this.#launcher = launcher;
  }

  readable(listener: Listener): void {
    const { admission, world } = this.#host;
    if (admission.full) {
      this.#host.apply({ name: 'filled' });
      return;
    }
    const peer = peekSender(listener.fd);
    if (peer === null) return;
    const address = peerKey(peer);
    const now = world.clock.now();
    const verdict = admission.ask(address, now);
    if (verdict === 'trip') tripDatagrams(this.#host, listener, peer);
    else if (verdict !== 'admit' && verdict !== 'ask-name') {
      discardDatagram(listener.fd);
      this.#host.refuse(verdict, peer);
    } else {
      const fd = this.#split(listener, peer);
      if (fd === null) return;
      const start = { fd, peer, child: new ConnectionChild(this.#host, peer, address, now) };
      const asked = { fd: null, peer, address, byName: verdict === 'ask-name' };
      const answer = askRules(this.#host, this.#host.service, asked);
      if (answer instanceof Promise) void answer.then((later) => this.#launch(start, later));
      else this.#launch(start, answer);
      if (admission.full) this.#host.apply({ name: 'filled' });
    }
  }

  /** The datagram waits in the socket: with it, it is gone. */
  #launch({ fd, peer, child }: Start, answer: Answer): void {
    if (answer.kind !== 'granted') {
      close(fd);
      if (answer.kind === 'refused') child.refused(answer.reason, answer.level);
      else child.left();
      return;
    }
    const { service } = this.#host;
    const { changes, level } = answer;
    const launcher = changes === null ? this.#launcher : changedLauncher(this.#host, changes);
    const strings = service.setup.tcpEnvironment === 'remote-host' ? [remoteHostOf(service, peer)] : [];
    child.start(launcher, { fds: [fd], closeAfter: true, strings }, level);
  }

  /** The listener goes on with a fresh socket; the old one, connected to the sender, is returned low and blocking. */
  #split(listener: Listener, peer: Peer): number | null {
    const { world } = this.#host;
    try {
      const fresh = bindSocket(listener.spec, { lowest: world.lowest, share: true });
      const old = listener.exchange(fresh);
      listener.watch();
      try {
        connect(old, peer.kind === 'inet' ? { ...peer, host: peer.address } : peer);
        const fd = duplicateLow(old);
        setBlocking(fd, true);
        return fd;
      } finally {
        close(old);
      }
    } catch (error) {
      if (!hasCode(error, 'EMFILE') && !hasCode(error, 'ENFILE')) discardDatagram(listener.fd);
      this.#host.apply(SPAWN_PAUSE);
      return null;
    }
  }
}

/** A sender on the way to its child. */
interface Start {
  readonly fd: Fd;
  readonly peer: Peer;
  readonly child: ConnectionChild;
}
