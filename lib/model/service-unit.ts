/** A .service unit (systemd.service(5)). */

import type { Access } from './access.ts';
import type { ExecSettings } from './exec-settings.ts';
import type { Command, Ms, UnitHead } from './unit.ts';

/** The lines of commands, in the order in which a life goes through them. */
export const SERVICE_COMMANDS = [
  'condition',
  'startPre',
  'start',
  'startPost',
  'reload',
  'stop',
  'stopPost',
] as const;
/** One of them: `startPre` is ExecStartPre=. */
export type ServiceCommand = (typeof SERVICE_COMMANDS)[number];

/** A set of SuccessExitStatus= and its kin: exit codes and signal numbers. */
export interface ExitSet {
  readonly codes: readonly number[];
  readonly signals: readonly number[];
}

/** An OpenFile= line: a file or Unix socket that the daemon opens for the service. */
export interface OpenFile {
  readonly path: string;
  /** In LISTEN_FDNAMES. */
  readonly name: string;
  readonly mode: 'read-write' | 'read' | 'append' | 'truncate';
  /** Where it cannot be opened the service is started without it. */
  readonly graceful: boolean;
}

/** A service with everything about its life. */
export interface ServiceUnit {
  readonly kind: 'service';
  readonly head: UnitHead;
  /** `dbus` and `idle` are read as simple. */
  readonly type: 'simple' | 'exec' | 'forking' | 'oneshot' | 'notify' | 'notify-reload';
  readonly commands: Readonly<Record<ServiceCommand, readonly Command[]>>;
  readonly exec: ExecSettings;
  readonly remainAfterExit: boolean;
  readonly pidFile: string | null;
  readonly guessMainPid: boolean;
  readonly restart:
    | 'no'
    | 'always'
    | 'on-success'
    | 'on-failure'
    | 'on-abnormal'
    | 'on-abort'
    | 'on-watchdog';
  readonly restartMs: Ms;
  readonly restartSteps: number;
  readonly restartMaxDelayMs: Ms | null;
  /** Up to so much more, by chance, before each restart. */
  readonly restartRandomMs: Ms;
  readonly successExit: ExitSet;
  readonly restartPrevent: ExitSet;
  readonly restartForce: ExitSet;
  readonly timeoutStartMs: Ms;
  readonly timeoutStopMs: Ms;
  readonly timeoutAbortMs: Ms;
  readonly timeoutStartFailure: 'terminate' | 'abort' | 'kill';
  readonly timeoutStopFailure: 'terminate' | 'abort' | 'kill';
  readonly runtimeMaxMs: Ms;
  readonly watchdogMs: Ms | null;
  readonly notifyAccess: 'none' | 'main' | 'exec' | 'all';
  readonly reloadSignal: number;
  readonly fdStoreMax: number;
  readonly fdStorePreserve: 'no' | 'restart' | 'yes';
  readonly nonBlocking: boolean;
  readonly openFiles: readonly OpenFile[];
  /** Sockets= and the sockets that name it as their service. */
  readonly sockets: readonly string[];
  /** X-IdleTimeoutSec=; null: never. */
  readonly idleMs: Ms | null;
  readonly access: Access;
}
