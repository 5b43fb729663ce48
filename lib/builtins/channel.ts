/** A connection that a built-in serves: reading, writing and a clean end. */

import type { Interest, Watch } from '../sys/epoll.ts';
import { close, shutdown } from '../sys/socket.ts';
import { peek, receive, send, sendMore, type Transfer } from '../sys/transfer.ts';
import type { Connection, Shared } from './builtin.ts';
import type { Closable } from './lingering.ts';

/** Whatever the caller does (resets, leaves, reads nothing) is an ordinary outcome here and never an exception. */
export class Channel implements Closable {
  readonly connection: Connection;
  readonly #shared: Shared;
  #watch: Watch | null = null;
  #ready: () => void = () => {};

  constructor(connection: Connection, shared: Shared) {
    this.connection = connection;
    this.#shared = shared;
  }

  /** From now on `ready` is called whenever the connection can do what is of interest. */
  watch(interest: Interest, ready: () => void): void {
    this.#ready = ready;
    if (this.#watch !== null) this.#watch.set(interest);
    else this.#watch = this.#shared.poller.watch(this.connection.fd, interest, () => this.#ready());
  }

  /** Nobody is told of the connection any more; it stays open. */
  unwatch(): void {
    this.#watch?.stop();
    this.#watch = null;
  }

  /** The number of bytes read; 0 and `gone`: there will be no more. */
  receive(buffer: Uint8Array): Transfer {
    return receive(this.connection.fd, buffer);
  }

  /** As receive, but the bytes stay and are received again. */
  peek(buffer: Uint8Array): Transfer {
    return peek(this.connection.fd, buffer);
  }

  /** The number of bytes that were taken, perhaps not all. */
  send(bytes: Uint8Array): Transfer {
    return send(this.connection.fd, bytes);
  }

  /**
   * Sends a short answer and ends, which is one packet. Closing with unread input would be a reset, which may overtake
   * the answer; a caller who has said nothing, as most do, is closed at once, unless over a Unix socket, where saying
   * something afterwards would be an error (EPIPE).
   */
  finish(answer: Uint8Array): void {
    const sent = sendMore(this.connection.fd, answer);
    const heard = sent === 'gone' ? sent : this.receive(this.#shared.scratch);
    const silent = heard === 'again' && this.connection.peer.kind === 'inet';
    if (silent || (heard !== 'again' && isOver(heard))) this.close();
    else this.end();
  }

  /** Says that nothing more comes, and reads and throws away what does until the caller has closed too (lingering.ts). */
  end(): void {
    shutdown(this.connection.fd, 'write');
    this.#shared.lingering.add(this);
    this.watch('in', () => {
      if (isOver(this.receive(this.#shared.scratch))) this.close();
    });
  }

  close(): void {
    this.#shared.lingering.delete(this);
    this.unwatch();
    close(this.connection.fd);
    this.connection.closed();
  }
}

/** Whether there will be nothing more to read. */
export function isOver(received: Transfer): boolean {
  return received === 0 || received === 'gone';
}
