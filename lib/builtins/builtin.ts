/** What the built-in services and the daemon are to each other. */

import type { Peer } from '../model/peer.ts';
import type { Clock } from '../sys/clock.ts';
import type { Datagrams } from '../sys/datagrams.ts';
import type { Poller } from '../sys/epoll.ts';
import type { Fd } from '../sys/socket.ts';
import type { Lingering } from './lingering.ts';
import type { ReflectionPolicy } from './reflection.ts';

/** An accepted connection, non-blocking, that a built-in serves. The built-in closes it. */
export interface Connection {
  readonly fd: Fd;
  readonly peer: Peer;
  /** The descriptor was closed. Called once, perhaps before the built-in's function has returned. */
  closed(): void;
}

/** The services that tcpmux leads to. Names are the same in any letter case. */
export interface MuxTable {
  names(): readonly string[];
  /** Whether the daemon says `+Go` in the place of the program. */
  plus(name: string): boolean;
  /**
   * Hands the connection to a service, which closes it from now on. `greet` is called when the service's limits have
   * admitted the caller and before its program can write. Unless `started` is returned, the connection was not touched.
   */
  start(name: string, connection: Connection, greet: () => void): 'started' | 'refused' | 'unknown';
}

/** A service as the views of the daemon show it. */
export interface ServiceView {
  /** Without its protocol; several services may have one name. */
  readonly name: string;
  /** `tcp`, `udp`, `unix` … */
  readonly protocol: string;
  /** 0 where it has none. */
  readonly port: number;
  /** Numeric, or the path of a Unix socket; `''` for a service without a socket. */
  readonly host: string;
  readonly uid: number;
  readonly redirect: { readonly host: string; readonly port: number } | null;
}

/** A child that serves, as the views of the daemon show it. */
export interface ServerView {
  /** The id of its service. */
  readonly service: string;
  readonly pid: number;
  /** ms since 1970. */
  readonly startedAt: number;
  /** Null for one that has the listener itself. */
  readonly peer: Peer | null;
  /** The listener's descriptor, for one that has it. */
  readonly listener: Fd | null;
  /** IPv4 peers are written as `::ffff:192.0.2.7`. */
  readonly mapped: boolean;
}

/** All services and servers of the daemon, as they are when they are looked at. */
export interface ServiceTable {
  services(): Iterable<ServiceView>;
  servers(): Iterable<ServerView>;
}

/** A user as the ident service knows one. */
export interface IdentUser {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}

/** Users by name or number; null: no such user. */
export interface IdentUsers {
  byName(name: string): IdentUser | null;
  byId(uid: number): IdentUser | null;
}

/** What the built-in services need of the daemon. */
export interface BuiltinContext {
  readonly poller: Poller;
  readonly clock: Clock;
  readonly mux: MuxTable;
  readonly services: ServiceTable;
  readonly users: IdentUsers;
  readonly reflection: ReflectionPolicy;
}

/** What all stream built-ins of a daemon share. */
export interface Shared {
  readonly poller: Poller;
  readonly clock: Clock;
  readonly lingering: Lingering;
  /** What is read goes here first; nothing stays in it over the end of a callback. */
  readonly scratch: Uint8Array;
}

/** Serves one connection; `args` are those of the entry, argv[0] first. */
export type StreamBuiltin = (connection: Connection, shared: Shared, args: readonly string[]) => void;

/**
 * Answers one datagram of a batch in its place: as received it goes back to its sender, so that a service writes something
 * else there, or drops it.
 */
export type DatagramBuiltin = (batch: Datagrams, index: number) => void;
