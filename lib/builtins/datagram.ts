/** The datagram form of the built-in services: batches in, the same batches out. */

import type { Clock } from '../sys/clock.ts';
import { Datagrams } from '../sys/datagrams.ts';
import { addressBytes } from '../sys/sockaddr.ts';
import { type Fd, socketFamily } from '../sys/socket.ts';
import type { DatagramBuiltin } from './builtin.ts';
import type { ReflectionGuard, SocketPolicy } from './reflection.ts';

/** Datagrams in a batch. */
const COUNT = 32;
/** Bytes of the longest UDP datagram (RFC 768); a Unix socket's may be longer and is cut. */
const LONGEST = 65_535;
/** Batches of one socket in a turn; what waits longer is served in the next one, after the other services. */
const BATCHES = 4;

/** Room for one batch. All sockets of a daemon share it, since a batch is done with when its function returns. */
export function newBatch(): Datagrams {
  return new Datagrams({ count: COUNT, size: LONGEST });
}

/** What a socket's server is made of. */
export interface DatagramService {
  readonly fd: Fd;
  readonly answer: DatagramBuiltin;
  readonly policy: SocketPolicy;
  readonly guard: ReflectionGuard;
  readonly batch: Datagrams;
  readonly clock: Clock;
  /** Asks the limits of the service; absent when there are none. */
  readonly admit?: AdmitSender;
}

/** Whether the sender of a datagram is served now; `now` is monotonic, ms. */
export type AdmitSender = (batch: Datagrams, index: number, now: number) => boolean;

/** Answers what comes in on one socket. The socket is somebody else's, who watches and closes it. */
export class DatagramServer {
  readonly #service: DatagramService;
  /** Nobody can claim to be somebody else's Unix socket. */
  readonly #guarded: boolean;
  #answered = 0;
  #dropped = 0;

  constructor(service: DatagramService) {
    this.#service = service;
    this.#guarded = socketFamily(service.fd) !== 'unix';
  }

  /** Datagrams that were served, by an answer where the service has one. */
  get answered(): number {
    return this.#answered;
  }

  /** Datagrams that the guard left without an answer. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The socket is readable. */
  readable(): void {
    const { fd, batch } = this.#service;
    for (let round = 0; round < BATCHES; round++) {
      const count = batch.receive(fd);
      if (count <= 0) return; // errors of a datagram socket are those of single datagrams
      this.#serve(count);
      batch.reply(fd);
      if (count < COUNT) return;
    }
  }

  #serve(count: number): void {
    const { admit, answer, batch, clock, guard, policy } = this.#service;
    const now = clock.now();
    for (let index = 0; index < count; index++) {
      if (this.#guarded && guard.judge(batch.addresses, index * addressBytes, policy, now) !== 'answer') {
        this.#dropped += 1;
        batch.drop(index);
      } else if (admit?.(batch, index, now) === false) batch.drop(index);
      else {
        this.#answered += 1;
        answer(batch, index);
      }
    }
  }
}

/** Puts an answer into the place of a datagram. */
export function write(batch: Datagrams, index: number, bytes: Uint8Array): void {
  batch.room(index).set(bytes);
  batch.answer(index, bytes.length);
}
