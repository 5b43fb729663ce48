/** The open sockets of one service. */

import { formatAddress, type SocketSpec, socketKey } from '../model/address.ts';
import { adjustSocket, bindSocket, removeSocketFile } from '../net/bind.ts';
import { Listener } from '../net/listener.ts';
import { hasCode } from '../sys/errors.ts';
import { type Fd, localPort } from '../sys/socket.ts';
import type { World } from './serving.ts';

/** All of them are open, or none; an optional one may be missing where the kernel has no such family. */
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
    const { poller } = this.#world;
    const opened: Listener[] = [];
    try {
      for (const spec of specs) {
        const inherited = this.#world.inherited(spec);
        const isLast = opened.length === 0 && spec === specs.at(-1);
        const fd = inherited ?? this.#bind(spec, options, spec.optional === true && !isLast);
        if (fd === null) continue;
        opened.push(new Listener({ spec, fd, inherited: inherited !== null }, poller, this.#ready));
      }
    } catch (error) {
      for (const listener of opened) listener.close();
      throw error;
    }
    this.#all = opened;
  }

  /** null: the kernel lacks the family of a socket that may be left out. */
  #bind(spec: SocketSpec, options: { readonly share: boolean }, optional: boolean): Fd | null {
    try {
      return bindSocket(spec, { lowest: this.#world.lowest, ...options });
    } catch (error) {
      if (optional && hasCode(error, 'EAFNOSUPPORT')) return null;
      throw error;
    }
  }

  watch(): void {
    for (const listener of this.#all) listener.watch();
  }

  unwatch(): void {
    for (const listener of this.#all) listener.unwatch();
  }

  /** The same addresses under a changed definition. */
  respecify(specs: readonly SocketSpec[]): void {
    const specOf = new Map(specs.map((spec) => [socketKey(spec), spec]));
    for (const listener of this.#all) {
      const before = listener.spec;
      const spec = specOf.get(socketKey(before));
      if (spec === undefined) continue;
      listener.respecify(spec);
      adjustSocket(listener.fd, spec, before);
    }
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
