/** Lines to a collector, a UDP datagram each (RFC 5426). */

import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { type After, CLOSE_MS, Losses, type Recovered, type Sink } from './sink.ts';

/** Where a collector listens; `host` may be a name. */
export interface Collector {
  readonly host: string;
  readonly port: number;
}

/** Lines on their way, or waiting for the collector's name to be looked up. */
export const MAX_WAITING_LINES = 512;

/** When a name that could not be looked up is tried again, and when losses are told, ms. */
export const RETRY_MS = 1000;

/** Sends through one connected socket, so that the kernel lets nobody but the collector answer. */
export class UdpSink implements Sink {
  readonly #collector: Collector;
  readonly #after: After;
  readonly #losses: Losses;
  #socket: Socket | null = null;
  #waiting: string[] = [];
  #inFlight = 0;
  #telling = false;
  #closed: (() => void) | null = null;

  constructor(collector: Collector, after: After, recovered: Recovered) {
    this.#collector = collector;
    this.#after = after;
    this.#losses = new Losses(recovered);
    this.#open();
  }

  get dropped(): number {
    return this.#losses.total;
  }

  write(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#inFlight + this.#waiting.length >= MAX_WAITING_LINES) this.#lose();
      else if (this.#socket === null) this.#waiting.push(line);
      else this.#send(this.#socket, line);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#after(CLOSE_MS, () => this.#end());
      this.#closed = () => {
        cancel();
        resolve();
      };
      this.#endWhenIdle();
    });
  }

  #open(): void {
    lookup(this.#collector.host, (error, address, family) => {
      if (error === null) this.#connect(address, family);
      else this.#after(RETRY_MS, () => this.#open());
    });
  }

  #connect(address: string, family: number): void {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    socket.unref();
    socket.on('error', () => {
      // A connected socket only repeats what the collector's machine said of an earlier datagram.
      if (socket === this.#socket) return;
      socket.close();
      this.#after(RETRY_MS, () => this.#open());
    });
    socket.once('connect', () => {
      this.#socket = socket;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const line of waiting) this.#send(socket, line);
    });
    socket.connect(this.#collector.port, address);
  }

  #send(socket: Socket, line: string): void {
    this.#inFlight += 1;
    socket.send(line, (error) => {
      this.#inFlight -= 1;
      if (error !== null) this.#lose();
      this.#endWhenIdle();
    });
  }

  /** Tells a second later, so that telling, which is a line too, cannot chase its own loss. */
  #lose(): void {
    this.#losses.add(1);
    if (this.#telling) return;
    this.#telling = true;
    this.#after(RETRY_MS, () => {
      this.#telling = false;
      this.#losses.tell();
    });
  }

  #endWhenIdle(): void {
    if (this.#closed !== null && this.#inFlight + this.#waiting.length === 0) this.#end();
  }

  #end(): void {
    this.#socket?.close();
    this.#socket = null;
    this.#losses.add(this.#waiting.length);
    this.#waiting = [];
    this.#closed?.();
    this.#closed = null;
  }
}
