/** What the units of a daemon are to each other at run time. */

import type { Peer } from '../model/peer.ts';
import type { ServiceUnit } from '../model/service-unit.ts';
import type { SocketUnit, Unit } from '../model/socket-unit.ts';
import type { LoadState } from '../model/unit.ts';
import type { World } from '../service/serving.ts';
import type { Fd } from '../sys/socket.ts';

/** The states that units of every type have, in the words of systemctl(1). */
export type ActiveState = 'inactive' | 'activating' | 'active' | 'deactivating' | 'reloading' | 'failed';

/** What a job does with a unit. A restart is a stop that another start follows. */
export type Verb = 'start' | 'stop' | 'restart';

/** What a job does to a job against it: take its place, or give way (systemctl(1), --job-mode=). */
export type JobMode = 'replace' | 'fail';

/** One unit at run time. Its state changes by its own step function only; every change is told to `Home.changed`. */
export interface UnitRunner {
  readonly name: string;
  readonly unit: Unit;
  readonly active: ActiveState;
  /** The state in the words of its own type: `listening`, `start-pre`, `auto-restart`. */
  readonly sub: string;
  /** `success`, or why it failed: `exit-code`, `trigger-limit-hit`. */
  readonly result: string;
  /** Carries out a job, which is done when `active` settles. It never throws. */
  start(): void;
  /**
   * Carries out a job, which is done when `active` settles. It never throws. An instance of an Accept=yes socket that does
   * not run closes the connection that it was given.
   */
  stop(): void;
  /** Null: it has begun; else why it cannot be. */
  reload?(): string | null;
  /** Why a start would be refused as things are; null, or absent: it would not. */
  refusal?(): string | null;
  /** Forgets that it failed, and how often it was started. */
  resetFailed(): void;
  /** A reload of the configuration brought a changed definition. */
  replace(unit: Unit): void;
}

/** What a socket unit has seen since it was loaded. */
export interface SocketCounters {
  /** Connections it accepted (Accept=yes). */
  readonly accepted: number;
  /** Of them, those that are served now. */
  readonly connections: number;
  readonly refused: number;
  /** How often it asked for its service. */
  readonly triggered: number;
}

/** A descriptor with its FileDescriptorName=. */
export interface NamedFd {
  readonly fd: Fd;
  readonly name: string;
}

/** A socket unit at run time. */
export interface SocketRunner extends UnitRunner {
  readonly unit: SocketUnit;
  /** Its open descriptors in the order of its listen lines, for LISTEN_FDS. Empty when it is not active. */
  readonly descriptors: readonly NamedFd[];
  readonly counters: SocketCounters;
  /** The service that it triggers changed; told from the queue of changes, never from inside the change. */
  serviceChanged(service: UnitRunner): void;
  /** Instead of a restart while its service has the descriptors: the options are set anew, the sockets stay. */
  refresh(): void;
  /** While it is deferred: units changed, so that its service can perhaps be started. `settled`: no job is left. */
  retry?(settled: boolean): void;
  /** An instance of an Accept=yes socket is dead. */
  connectionEnded(instance: string): void;
}

/** A service unit at run time. */
export interface ServiceRunner extends UnitRunner {
  readonly unit: ServiceUnit;
  readonly mainPid: number | null;
  /** Gives an instance of an Accept=yes socket its connection, before its start. From now on it closes it. */
  adopt(connection: InstanceConnection): void;
}

/** What an instance of an Accept=yes socket serves. */
export interface InstanceConnection {
  readonly fd: Fd;
  readonly peer: Peer;
  /** REMOTE_ADDR, REMOTE_PORT and SO_COOKIE, as `NAME=value`. */
  readonly environment: readonly string[];
  readonly socket: SocketRunner;
  /** Who talks to whom, a line for people. */
  readonly description: string;
}

/** What runners stand on, made by the units of a daemon. */
export interface Home {
  readonly world: World;
  /** A runner's state changed from `was`. Queued: nobody hears of it from inside the change. */
  changed(runner: UnitRunner, was: ActiveState): void;
  /** Asks for a job. Null: it is queued; else why it cannot be, a line for people. */
  request(verb: Verb, unit: string, mode: JobMode): string | null;
  /** Whether a start of a unit would stop others that run. */
  disturbs?(unit: string): boolean;
  /** Whether a job of this kind, or of any kind, waits or runs for a unit. */
  hasJob(unit: string, verb?: 'start' | 'stop'): boolean;
  /** The runner of a unit, made now if it can be loaded: also an instance of a template. Null: there is no such unit. */
  find(unit: string): UnitRunner | null;
  /** The active sockets that trigger a service, in the order of its LISTEN_FDS. */
  socketsOf(service: string): readonly SocketRunner[];
  /** Whether a unit could be started, without making a runner of it. */
  load(unit: string): LoadState;
}
