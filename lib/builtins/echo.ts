/** The echo service (RFC 862): what comes in goes out. */

import type { Connection, DatagramBuiltin, Shared } from './builtin.ts';
import { Channel } from './channel.ts';

/** Sends back what it receives until the caller has said everything. */
export function serveEcho(connection: Connection, shared: Shared): void {
  new Echo(connection, shared).read();
}

/** Every datagram goes back as it is, the empty one too. */
export const answerEcho: DatagramBuiltin = () => {};

/**
 * While some of what came in has not been taken, nothing more is read: a caller who does not read costs one buffer at
 * most, and one who does costs none.
 */
class Echo {
  readonly #channel: Channel;
  readonly #scratch: Uint8Array;

  constructor(connection: Connection, shared: Shared) {
    this.#channel = new Channel(connection, shared);
    this.#scratch = shared.scratch;
  }

  read(): void {
    this.#channel.watch('in', () => {
      const length = this.#channel.receive(this.#scratch);
      if (length === 0 || length === 'gone') this.#channel.close();
      else if (length !== 'again') this.#send(this.#scratch.subarray(0, length));
    });
  }

  #send(bytes: Uint8Array): void {
    const sent = this.#channel.send(bytes);
    if (sent === 'gone') this.#channel.close();
    else if (sent !== bytes.length) this.#flush(bytes.slice(sent === 'again' ? 0 : sent));
  }

  #flush(pending: Uint8Array): void {
    this.#channel.watch('out', () => {
      const sent = this.#channel.send(pending);
      if (sent === 'gone') this.#channel.close();
      else if (sent === pending.length) this.read();
      else if (sent !== 'again') this.#flush(pending.subarray(sent));
    });
  }
}
