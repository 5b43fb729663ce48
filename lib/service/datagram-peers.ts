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
import { type Host, type Serving, SPAWN_PAUSE } from './serving.ts';
import { askWrappers } from './wrap/ask-wrappers.ts';
import { GRANTED, type Outcome } from './wrap/outcome.ts';

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
    const address = peer.kind === 'inet' ? peer.address : '';
    const now = world.clock.now();
    const verdict = admission.ask(address, now);
    if (verdict === 'trip') this.#host.apply({ name: 'trip' });
    else if (verdict !== 'admit') {
      discardDatagram(listener.fd);
      this.#host.refuse(verdict, peer);
    } else {
      const fd = this.#split(listener, peer);
      if (fd === null) return;
      const child = new ConnectionChild(this.#host, peer, address, now);
      if (this.#host.service.wrap === null) this.#launch(fd, child, GRANTED);
      else askWrappers(this.#host, { peer, fd: null }, (outcome) => this.#launch(fd, child, outcome));
      if (admission.full) this.#host.apply({ name: 'filled' });
    }
  }

  /** The datagram waits in the socket: with it, it is gone. */
  #launch(fd: Fd, child: ConnectionChild, outcome: Outcome): void {
    if (outcome.kind === 'refused') {
      close(fd);
      child.refused(outcome.level);
      return;
    }
    const { changes, level } = outcome;
    const launcher = changes === null ? this.#launcher : changedLauncher(this.#host, changes);
    child.start(launcher, { fds: [fd], closeAfter: true, strings: [] }, level);
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
