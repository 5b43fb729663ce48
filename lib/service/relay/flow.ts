/** One direction of a relay: what comes from one socket goes to another. */

import { type Fd, shutdown } from '../../sys/socket.ts';
import { receive, send } from '../../sys/transfer.ts';

/** How much is read at once, and so the most that waits in one direction of one relay. */
const BUFFER_BYTES = 65_536;

/** What is read goes here first; shared by all flows, since nothing stays in it. */
const scratch = new Uint8Array(BUFFER_BYTES);

/** While the receiver takes no more, the rest of one read is kept and nothing more is read: that is the back-pressure. */
export class Flow {
  readonly #from: Fd;
  readonly #to: Fd;
  #pending: Uint8Array | null = null;
  #over = false;
  #bytes = 0;

  constructor(from: Fd, to: Fd) {
    this.#from = from;
    this.#to = to;
  }

  /** Bytes that were passed on. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Nothing more will be passed on. */
  get over(): boolean {
    return this.#over;
  }

  get wantsToRead(): boolean {
    return !this.#over && this.#pending === null;
  }

  get wantsToWrite(): boolean {
    return this.#pending !== null;
  }

  /** The sender can be read. False: its connection is gone, both ways. */
  read(): boolean {
    const length = receive(this.#from, scratch);
    if (length === 'gone') return false;
    if (length === 0) this.#end();
    else if (length !== 'again') this.#pass(scratch.subarray(0, length));
    return true;
  }

  /** The receiver takes more. */
  write(): void {
    if (this.#pending !== null) this.#pass(this.#pending);
  }

  #pass(bytes: Uint8Array): void {
    const sent = send(this.#to, bytes);
    if (sent === 'gone') {
      // Whoever receives no more may still have said something: the other direction ends by itself.
      this.#pending = null;
      this.#over = true;
      return;
    }
    const taken = sent === 'again' ? 0 : sent;
    this.#bytes += taken;
    if (taken === bytes.length) this.#pending = null;
    else this.#pending = bytes === this.#pending ? bytes.subarray(taken) : bytes.slice(taken);
  }

  /** The sender has said everything (half-close): so does the receiver's end, which may go on answering. */
  #end(): void {
    this.#over = true;
    shutdown(this.#to, 'write');
  }
}
