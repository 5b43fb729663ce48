/** A connection that a built-in serves: reading, writing and a clean end. */

import type { Interest, Watch } from '../sys/epoll.ts';
import { close, shutdown } from '../sys/socket.ts';
import { peek, receive, send, sendMore, type Transfer } from '../sys/transfer.ts';
import type { Connection, Shared } from './builtin.ts';
import type { Ending } from './lingering.ts';

/** Whatever the caller does (resets, leaves, reads nothing) is an ordinary outcome here and never an exception. */
export class Channel implements Ending {
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

  /** Sends a short answer and ends, which is one packet. */
  finish(answer: Uint8Array): void {
    if (sendMore(this.connection.fd, answer) === 'gone') this.close();
    else this.end();
  }

  /**
   * Says that nothing more comes, and closes when the caller has closed too. To close with unread input would be a
   * reset, which may overtake what was sent, so the input is read and thrown away, for a short while (lingering.ts).
   */
  end(): void {
    this.unwatch();
    shutdown(this.connection.fd, 'write');
    this.#shared.lingering.add(this);
  }

  /** Closes if the caller has, else as soon as the caller does. */
  look(): void {
    if (isOver(this.receive(this.#shared.scratch))) this.close();
    else this.watch('in', () => this.look());
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
