/** What a service is, whatever language defined it: data without any I/O. */

import type { Access } from './access.ts';
import type { SocketSpec } from './address.ts';
import type { ServiceLog } from './service-log.ts';

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
export type BuiltinName =
  | 'echo'
  | 'discard'
  | 'chargen'
  | 'daytime'
  | 'time'
  | 'tcpmux'
  | 'auth'
  | 'servers'
  | 'services'
  | 'xadmin';

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
  /** Texts in the form of another super server than inetd. */
  readonly style?: 'xinetd';
}

/**
 * Each connection is passed on to another address (xinetd.conf(5), redirect). `host` is as written, `addresses` are what
 * it stood for at load, numeric, in the order in which they are tried.
 */
export interface Redirect {
  readonly kind: 'redirect';
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

/** Nobody is served; who calls is refused by every service for so long (xinetd.conf(5), SENSOR). 0: is only logged. */
export interface Sensor {
  readonly kind: 'sensor';
  readonly denyMinutes: number | 'forever';
}

/** What inetd.conf can ask for. */
export type ProgramOrBuiltin = Program | Builtin;

/** What is done with a caller. */
export type Action = ProgramOrBuiltin | Redirect | Sensor;

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
  /** Starts a second, taken from a bucket that holds as many; once it is empty the service pauses, its port open. */
  readonly perSecond: { readonly rate: number; readonly pauseMs: number } | null;
  /** Children at once of a nowait service. */
  readonly children: number | null;
  /** At that limit callers wait in the backlog (inetd), or are turned away (xinetd's instances, MaxConnections=). */
  readonly atChildren: 'wait' | 'refuse';
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

/** A limit of setrlimit(2), in its own unit; Infinity is none. */
export interface ResourceLimit {
  readonly resource: ResourceName;
  readonly soft: number;
  readonly hard: number;
}

/** The resources of getrlimit(2), without `RLIMIT_`, lower case. */
export type ResourceName =
  | 'as'
  | 'core'
  | 'cpu'
  | 'data'
  | 'fsize'
  | 'locks'
  | 'memlock'
  | 'msgqueue'
  | 'nice'
  | 'nofile'
  | 'nproc'
  | 'rss'
  | 'rtprio'
  | 'rttime'
  | 'sigpending'
  | 'stack';

/** The environment of children before what a start adds. */
export interface EnvironmentSetup {
  /** The daemon's own without what inetd takes out, all of it, or these variables of it. */
  readonly inherit: 'cleaned' | 'all' | readonly string[];
  readonly set: Readonly<Record<string, string>>;
}

/** What a child of the service gets besides its sockets. */
export interface ChildSetup {
  /** Descriptor 2: the socket (every inetd) or the daemon's own standard error (busybox, wait entries). */
  readonly stderr: 'socket' | 'daemon';
  /**
   * What a start tells about its connection: GNU inetd's TCPLOCALIP and its kin (`resolve` adds the host names), or
   * xinetd's REMOTE_HOST.
   */
  readonly tcpEnvironment: 'none' | 'addresses' | 'resolve' | 'remote-host';
  /** A first argument `%A` stands for the peer in the 4.2BSD form (Solaris). */
  readonly peerArgument: boolean;
  /** Run as a script by /bin/sh when exec says ENOEXEC (busybox, execvp). */
  readonly shellFallback: boolean;
  readonly environment: EnvironmentSetup;
  /** null: the daemon's default. */
  readonly umask: number | null;
  /** Added to the daemon's own nice value, before the user changes. */
  readonly nice: number;
  readonly resources: readonly ResourceLimit[];
}

/** What an inetd gives to a child beyond its entry. */
export const INETD_ENVIRONMENT: EnvironmentSetup = { inherit: 'cleaned', set: {} };

/**
 * What happens to a connection between its acceptance and its server (xinetd.conf(5)). Banners are files, sent raw:
 * `always` before any check, the others once it is clear whether the caller is served.
 */
export interface Reception {
  readonly banner: {
    readonly always: string | null;
    readonly success: string | null;
    readonly failure: string | null;
  };
  /** The caller's host is asked for the user (RFC 1413): not, for the log, or without an answer nobody is served. */
  readonly ident: 'none' | 'ask' | 'require';
  /** The user is also asked for where the caller is refused by a limit. */
  readonly identRefused: boolean;
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
  readonly access: Access;
  /** null: a connection goes to its server at once. */
  readonly reception: Reception | null;
  /** null: the service has no log of its own. */
  readonly log: ServiceLog | null;
  /** IPv4 callers of a service for both families are written as `::ffff:192.0.2.7` (xinetd's logs and REMOTE_HOST). */
  readonly mapped: boolean;
  /** Callers of a `wait` service pass through superd, which checks each of them, to a server on a private socket. */
  readonly intercept: boolean;
  /** How often, 5 s apart, a start is tried again that found no process to be had; meanwhile the caller waits. */
  readonly startRetries: number;
  /** What becomes of running servers when the service goes or the daemon is told to end: they live on, or end too. */
  readonly servers: 'leave' | 'end';
}

/** What a service does, as lists and log lines name it: a program's path, or what superd does itself. */
export function actionName(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return action.program;
    case 'builtin':
      return action.name;
    case 'redirect':
      return `redirect ${action.host}:${action.port}`;
    case 'sensor':
      return 'sensor';
  }
}
