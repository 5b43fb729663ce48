/** What a service is, whatever language defined it: data without any I/O. */

import type { SocketSpec } from './address.ts';

/** The place in a configuration that defined something; lines count from 1. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  /** The first word of the entry as written: what tells at reload which service an entry that is now broken was. */
  readonly word: string;
}

/**
 * `wait` hands the listener itself to one server (a unit's Accept=no); `nowait` accepts and starts a child per
 * connection (Accept=yes).
 */
export type Activation = 'wait' | 'nowait';

/** The services that superd answers itself, named as in /etc/services. */
export type BuiltinName = 'echo' | 'discard' | 'chargen' | 'daytime' | 'time' | 'tcpmux' | 'auth';

/** A program to run; `argv` includes argv[0]. */
export interface Program {
  readonly kind: 'exec';
  readonly program: string;
  readonly argv: readonly string[];
}

/** A service that superd answers itself. */
export interface Builtin {
  readonly kind: 'builtin';
  readonly name: BuiltinName;
  readonly args: readonly string[];
}

/** What is done with a caller. */
export type Action = Program | Builtin;

/** A user with its groups, looked up when the configuration is loaded; `groups` holds every group, `gid` included. */
export interface Account {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
  readonly shell: string;
}

/** How much is served. `null` is no limit; 0 serves nobody. Each one heals by itself. */
export interface Limits {
  /** Starts in a fixed window of 60 s; exactly so many are served, then the service trips. */
  readonly perMinute: number | null;
  /** How long a tripped service stays closed, ms. */
  readonly tripPauseMs: number;
  /** Children at once of a nowait service; at the limit callers wait in the backlog. */
  readonly children: number | null;
  /** Connections of one address within a minute, counted in six buckets of 10 s, refused ones included. */
  readonly perAddressPerMinute: number | null;
  /** Children at once for one address; over it a connection is closed. */
  readonly perAddressChildren: number | null;
  /** Requests of one address in a fixed window of 60 s (NetBSD's ip_max). */
  readonly ipMax: number | null;
}

/** Ports that an RPC program registers with the portmapper (RFC 1833): every version from `low` to `high`. */
export interface RpcProgram {
  readonly name: string;
  readonly program: number;
  readonly low: number;
  readonly high: number;
}

/** A service reached through tcpmux (RFC 1078): `plus` means that the daemon itself says `+Go`. */
export interface MuxEntry {
  readonly name: string;
  readonly plus: boolean;
}

/** What a child of the service gets besides its sockets. */
export interface ChildSetup {
  /** Descriptor 2: the socket (every inetd) or the daemon's own standard error (busybox, wait entries). */
  readonly stderr: 'socket' | 'daemon';
  /** GNU inetd's TCPLOCALIP and its kin; `resolve` adds the host names. Only stream nowait. */
  readonly tcpEnvironment: 'none' | 'addresses' | 'resolve';
  /** A first argument `%A` stands for the peer in the 4.2BSD form (Solaris). */
  readonly peerArgument: boolean;
  /** Run as a script by /bin/sh when exec says ENOEXEC (busybox, execvp). */
  readonly shellFallback: boolean;
}

/** One service. inetd.conf gives one per socket; a tcpmux entry has no socket of its own. */
export interface Service {
  /** Unique within a load, shown by `list`: `daytime/tcp4`, `127.0.0.1:2323/tcp4`. */
  readonly name: string;
  /** SERVICE/PROTOCOL as written, for the log lines that watchers of inetd know. */
  readonly label: string;
  readonly origin: Origin;
  readonly sockets: readonly SocketSpec[];
  readonly activation: Activation;
  readonly action: Action;
  readonly account: Account;
  readonly limits: Limits;
  readonly setup: ChildSetup;
  readonly rpc?: RpcProgram;
  readonly mux?: MuxEntry;
  /** Closes connections from TCP source port 20 (OpenBSD, Debian). */
  readonly refuseFtpData: boolean;
  /** Leaves datagrams from 127/8 to a builtin unanswered (Debian). */
  readonly refuseLoopback: boolean;
  /** hosts.allow and hosts.deny are asked about its callers, under this name; null: they are not. */
  readonly wrap: { readonly daemon: string } | null;
}
