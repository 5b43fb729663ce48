/** An open socket of a service, and whether we look at it. */

import type { SocketSpec } from '../model/address.ts';
import type { Poller, Watch } from '../sys/epoll.ts';
import { close, type Fd, listen, setBlocking } from '../sys/socket.ts';
import { listens } from './bind.ts';

/** Outlives the definitions of its service: a reload and a hand-over keep it. */
export class Listener {
  /** Somebody else bound it: the file of a Unix socket is not ours to remove. */
  readonly inherited: boolean;
  #spec: SocketSpec;
  #fd: Fd;
  #watch: Watch | null = null;
  #closed = false;
  readonly #poller: Poller;
  readonly #ready: (listener: Listener) => void;

  constructor(
    socket: { readonly spec: SocketSpec; readonly fd: Fd; readonly inherited: boolean },
    poller: Poller,
    ready: (listener: Listener) => void,
  ) {
    this.#spec = socket.spec;
    this.#fd = socket.fd;
    this.inherited = socket.inherited;
    this.#poller = poller;
    this.#ready = ready;
  }

  get spec(): SocketSpec {
    return this.#spec;
  }

  get fd(): Fd {
    return this.#fd;
  }

  /** The same address under a changed definition. */
  respecify(spec: SocketSpec): void {
    this.#spec = spec;
  }

  watch(): void {
    if (this.#closed) return;
    this.#watch ??= this.#poller.watch(this.#fd, 'in', () => this.#ready(this));
  }

  /** Not "no interest": an error pending on a datagram socket would be reported all the same, without end. */
  unwatch(): void {
    this.#watch?.stop();
    this.#watch = null;
  }

  /** Before a hand-over: servers expect a blocking socket. */
  lend(): void {
    this.unwatch();
    setBlocking(this.#fd, true);
  }

  /**
   * After a hand-over. O_NONBLOCK belongs to the open file that we shared with the server; and a server that called
   * shutdown(2) has ended the listening for all, which listen(2) begins again.
   */
  takeBack(): void {
    if (this.#closed) return;
    setBlocking(this.#fd, false);
    if (listens(this.#spec)) listen(this.#fd, this.#spec.backlog);
  }

  /** Goes on with another descriptor bound to the same address; the old one is the caller's. */
  exchange(fd: Fd): Fd {
    const old = this.#fd;
    this.unwatch();
    this.#fd = fd;
    return old;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.unwatch();
    close(this.#fd);
  }
}
