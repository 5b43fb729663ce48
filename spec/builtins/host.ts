/** A tiny daemon: listeners on loopback or Unix sockets, and the built-in services behind them. */

import { rmSync } from 'node:fs';
import type { IdentUsers, MuxTable, ServiceTable } from '../../lib/builtins/builtin.ts';
import type { DatagramServer } from '../../lib/builtins/datagram.ts';
import type { ReflectionPolicy, SocketPolicy } from '../../lib/builtins/reflection.ts';
import { Builtins } from '../../lib/builtins/table.ts';
import type { Builtin, BuiltinName } from '../../lib/model/service.ts';
import { AcceptBatch } from '../../lib/sys/accept.ts';
import { type Clock, systemClock } from '../../lib/sys/clock.ts';
import { Poller, type Watch } from '../../lib/sys/epoll.ts';
import type { SocketAddress } from '../../lib/sys/sockaddr.ts';
import {
  bind,
  close,
  type Fd,
  listen,
  localAddress,
  openSocket,
  setPacketInfo,
  setV6Only,
} from '../../lib/sys/socket.ts';

export interface HostOptions {
  readonly clock?: Clock;
  readonly mux?: MuxTable;
  readonly services?: ServiceTable;
  readonly users?: IdentUsers;
  readonly reflection?: Partial<ReflectionPolicy>;
}

const noMux: MuxTable = { names: () => [], plus: () => false, start: () => 'unknown' };
const noServices: ServiceTable = { services: () => [], servers: () => [] };
const noUsers: IdentUsers = { byName: () => null, byId: () => null };

export class BuiltinHost {
  readonly builtins: Builtins;
  /** Connections that are being served. */
  open = 0;
  readonly #poller = new Poller();
  readonly #sockets: { readonly fd: Fd; readonly watch: Watch; readonly path: string | null }[] = [];
  readonly #accepted = new AcceptBatch();

  constructor(options: HostOptions = {}) {
    this.builtins = new Builtins({
      poller: this.#poller,
      clock: options.clock ?? systemClock,
      mux: options.mux ?? noMux,
      services: options.services ?? noServices,
      users: options.users ?? noUsers,
      reflection: { lowPorts: false, builtinPorts: new Set(), broadcasts: new Set(), ...options.reflection },
    });
  }

  /** Serves a stream service; the port, or 0 for a Unix socket. */
  stream(
    which: BuiltinName | Builtin,
    args: readonly string[] = [],
    address: SocketAddress = anyPort('127.0.0.1'),
  ): number {
    const fd = openSocket(address.kind === 'unix' ? 'unix' : address.family, 'stream', 0);
    bind(fd, address);
    listen(fd, 64);
    const builtin = builtinOf(which, args);
    return this.#serve(fd, address, () => {
      const count = this.#accepted.accept(fd, { blocking: false, max: 16 });
      for (let index = 0; index < count; index++) this.#serveConnection(builtin, index);
    });
  }

  /** Serves a datagram service; its counters, and the port, or 0 for a Unix socket. */
  datagram(
    which: BuiltinName | Builtin,
    address: SocketAddress = anyPort('127.0.0.1'),
    policy: Partial<SocketPolicy> = {},
  ): { readonly port: number; readonly server: DatagramServer } {
    const fd = openSocket(address.kind === 'unix' ? 'unix' : address.family, 'dgram', 0);
    if (address.kind === 'inet') setPacketInfo(fd);
    if (address.kind === 'inet' && address.family === 6) setV6Only(fd, policy.dual !== true);
    bind(fd, address);
    const builtin = builtinOf(which, []);
    const server = this.builtins.datagrams(builtin, fd, { dual: false, refuseLoopback: false, ...policy });
    if (server === null) throw new Error(`${builtin.name} has no datagram form`);
    return { server, port: this.#serve(fd, address, () => server.readable()) };
  }

  stop(): void {
    for (const { fd, watch, path } of this.#sockets) {
      watch.stop();
      close(fd);
      if (path !== null) rmSync(path, { force: true });
    }
    this.#poller.close();
  }

  #serve(fd: Fd, address: SocketAddress, ready: () => void): number {
    const path = address.kind === 'unix' ? address.path : null;
    this.#sockets.push({ fd, watch: this.#poller.watch(fd, 'in', ready), path });
    const bound = localAddress(fd);
    return bound.kind === 'inet' ? bound.port : 0;
  }

  #serveConnection(builtin: Builtin, index: number): void {
    this.open += 1;
    const closed = () => {
      this.open -= 1;
    };
    const connection = { fd: this.#accepted.fds[index] ?? -1, peer: this.#accepted.peer(index), closed };
    this.builtins.serve(builtin, connection);
  }
}

/** A built-in as xinetd has it. */
export function xinetdBuiltin(name: BuiltinName): Builtin {
  return { kind: 'builtin', name, args: [], style: 'xinetd' };
}

function builtinOf(which: BuiltinName | Builtin, args: readonly string[]): Builtin {
  return typeof which === 'string' ? { kind: 'builtin', name: which, args } : which;
}

/** An address of the machine with a port that the kernel chooses. */
export function anyPort(host: string): SocketAddress {
  return { kind: 'inet', family: host.includes(':') ? 6 : 4, host, port: 0 };
}
