/** The open sockets of one service. */

import { formatAddress, type SocketSpec } from '../model/address.ts';
import { adjustSocket, bindSocket, removeSocketFile } from '../net/bind.ts';
import { Listener } from '../net/listener.ts';
import { localPort } from '../sys/socket.ts';
import type { World } from './serving.ts';

/** All of them are open, or none. */
export class Listeners {
  readonly #world: World;
  readonly #ready: (listener: Listener) => void;
  #all: readonly Listener[] = [];

  constructor(world: World, ready: (listener: Listener) => void) {
    this.#world = world;
    this.#ready = ready;
  }

  get all(): readonly Listener[] {
    return this.#all;
  }

  /** Takes what was inherited, binds the rest; throws the SystemError of the first that failed. */
  open(specs: readonly SocketSpec[], options: { readonly share: boolean }): void {
    const { poller, lowest } = this.#world;
    const opened: Listener[] = [];
    try {
      for (const spec of specs) {
        const inherited = this.#world.inherited(spec);
        const fd = inherited ?? bindSocket(spec, { lowest, ...options });
        opened.push(new Listener({ spec, fd, inherited: inherited !== null }, poller, this.#ready));
      }
    } catch (error) {
      for (const listener of opened) listener.close();
      throw error;
    }
    this.#all = opened;
  }

  watch(): void {
    for (const listener of this.#all) listener.watch();
  }

  unwatch(): void {
    for (const listener of this.#all) listener.unwatch();
  }

  /** The same addresses under a changed definition. */
  respecify(specs: readonly SocketSpec[]): void {
    specs.forEach((spec, i) => {
      const listener = this.#all[i];
      if (listener === undefined) return;
      listener.respecify(spec);
      adjustSocket(listener.fd, spec);
    });
  }

  close(): void {
    for (const listener of this.#all) {
      listener.close();
      if (!listener.inherited) removeSocketFile(listener.spec);
    }
    this.#all = [];
  }

  /** As people write them, with the port that the kernel chose where none was asked for. */
  addresses(): readonly string[] {
    return this.#all.map(({ fd, spec }) => {
      const { address } = spec;
      if (address.kind === 'unix' || address.port !== 0) return formatAddress(address);
      return formatAddress({ ...address, port: localPort(fd) });
    });
  }
}
