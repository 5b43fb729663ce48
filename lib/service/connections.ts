/** nowait: a child per connection. */

import type { AddressKey } from '../access/source-rate.ts';
import { tcpEnvironment } from '../exec/environment.ts';
import type { Launcher } from '../exec/launch.ts';
import type { Peer } from '../model/peer.ts';
import type { Listener } from '../net/listener.ts';
import { close, type Fd, localAddress } from '../sys/socket.ts';
import { acceptFailed } from './accept-failed.ts';
import { ConnectionChild } from './connection-child.ts';
import { peerArgument } from './peer-argument.ts';
import { resolveNames } from './resolve.ts';
import type { Host, Serving } from './serving.ts';

/** TCP port of FTP data connections: a caller from there is an FTP server that somebody bounces off (CERT CA-1997-27). */
const FTP_DATA = 20;

/** Accepts in bounded batches, asks the gates, and starts a child with the connection on its descriptors 0, 1 and 2. */
export class Connections implements Serving {
  readonly #host: Host;
  readonly #launcher: Launcher;

  constructor(host: Host, launcher: Launcher) {
    this.#host = host;
    this.#launcher = launcher;
  }

  readable(listener: Listener): void {
    const { admission, service, world } = this.#host;
    if (admission.full) {
      this.#host.apply({ name: 'filled' });
      return;
    }
    if (world.starts.room <= 0) {
      this.#host.stall();
      return;
    }
    const { children } = service.limits;
    const room = Math.min(
      world.starts.room,
      children === null ? Number.POSITIVE_INFINITY : children - admission.children,
    );
    const { accepted } = world;
    const count = accepted.accept(listener.fd, { blocking: true, max: room });
    if (count < 0) {
      acceptFailed(this.#host, -count);
      return;
    }
    const now = world.clock.now();
    for (let i = 0; i < count; i++) {
      const fd = accepted.fds[i] ?? -1;
      if (!this.#take(fd, i, now)) {
        // The service tripped: whoever else was accepted in this batch came too late as well.
        for (let rest = i; rest < count; rest++) close(accepted.fds[rest] ?? -1);
        this.#host.apply({ name: 'trip' });
        return;
      }
    }
    if (admission.full) this.#host.apply({ name: 'filled' });
  }

  /** Serves a connection that came another way (tcpmux): `take` is called once it is admitted, for the descriptor. */
  adopt(peer: Peer, take: () => Fd): 'started' | 'refused' {
    const { admission, world } = this.#host;
    if (admission.full) return 'refused';
    const address = peer.kind === 'inet' ? peer.address : '';
    const now = world.clock.now();
    const verdict = admission.ask(address, now);
    if (verdict === 'admit') {
      this.#start(take(), peer, address, now);
      return 'started';
    }
    if (verdict === 'trip') this.#host.apply({ name: 'trip' });
    else this.#host.refuse(verdict, peer);
    return 'refused';
  }

  /** One of the accepted batch; false when the service trips. */
  #take(fd: Fd, index: number, now: number): boolean {
    const { admission, service, world } = this.#host;
    const { accepted } = world;
    const address = admission.asksAddress ? accepted.addressKey(index) : '';
    const verdict = admission.ask(address, now);
    if (verdict === 'trip') return false;
    if (verdict !== 'admit') {
      close(fd);
      this.#host.refuse(verdict, accepted.peer(index));
    } else if (service.refuseFtpData && accepted.peerPort(index) === FTP_DATA) {
      close(fd);
      this.#host.refuse('ftp-data', accepted.peer(index));
    } else {
      this.#start(fd, world.connections || this.#needsPeer ? accepted.peer(index) : NOBODY, address, now);
    }
    return true;
  }

  get #needsPeer(): boolean {
    const { setup } = this.#host.service;
    return setup.peerArgument || setup.tcpEnvironment !== 'none';
  }

  #start(fd: Fd, peer: Peer, address: AddressKey, now: number): void {
    const { service, world } = this.#host;
    const child = new ConnectionChild(this.#host, peer, address, now);
    const argument = service.setup.peerArgument ? [peerArgument(peer)] : [];
    const start = (environment: readonly string[]) =>
      this.#launcher.start({ fds: [fd], closeAfter: true, strings: [...argument, ...environment] }, child);
    if (service.setup.tcpEnvironment === 'none' || peer.kind !== 'inet') start([]);
    else {
      const local = localAddress(fd);
      const ends = { local: local.kind === 'inet' ? local : peer, remote: peer };
      if (service.setup.tcpEnvironment === 'addresses') start(tcpEnvironment(ends));
      else resolveNames(ends, world.clock, (named) => start(tcpEnvironment(named)));
    }
  }
}

const NOBODY: Peer = { kind: 'unix', path: '' };
