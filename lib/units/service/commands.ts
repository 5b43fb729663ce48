/** How the commands of a service unit are run. */

import type { Exit } from '../../exec/launch.ts';
import type { ServiceUnit } from '../../model/service-unit.ts';
import type { InstanceConnection, NamedFd } from '../types.ts';
import type { CommandRef, ProcessExit, Result } from './life.ts';

/** What a command is told about its service, and given of it. */
export interface StartFacts {
  /** $INVOCATION_ID. */
  readonly invocation: string;
  /** $MAINPID. */
  readonly mainPid: number | null;
  /** $SERVICE_RESULT, $EXIT_CODE and $EXIT_STATUS, for ExecStop= and ExecStopPost=. */
  readonly outcome: { readonly result: Result; readonly exit: ProcessExit | null } | null;
  /** $WATCHDOG_USEC. */
  readonly watchdogMs: number | null;
  /** Of an instance: what it serves, whichever command it is. It stays the caller's. */
  readonly connection: InstanceConnection | null;
  /** The listeners of its sockets, whichever command it is: ExecStart= gets them from 3 on, standard streams may be them. */
  readonly sockets: readonly NamedFd[];
  /** What the service gave away in an earlier life, the newest first. */
  readonly stored: readonly NamedFd[];
}

/** Exactly one of started and failed is called, never from inside start; exited only after started. */
export interface StartHandlers {
  started(pid: number): void;
  /** `exit` is the step as an exit status (203 of systemd.exec(5)); null: there was no process to be had. */
  failed(failure: { readonly exit: number | null; readonly reason: string }): void;
  exited(exit: Exit): void;
}

/** Starts the commands of services. */
export interface ServiceStarter {
  start(unit: ServiceUnit, command: CommandRef, facts: StartFacts, handlers: StartHandlers): void;
  /** A life is over: RuntimeDirectory= goes, unless it is preserved. `restarts`: another one follows. */
  released?(unit: ServiceUnit, restarts: boolean): void;
}
