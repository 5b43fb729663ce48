/** A .service unit while its files are read. */

import type { ExitSet, OpenFile, ServiceCommand, ServiceUnit } from '../../../model/service-unit.ts';
import type { Command } from '../../../model/unit.ts';
import type { ExitStatus } from '../values/exit-status.ts';
import { type ExecDraft, execDraft } from './exec.ts';
import type { UnitDraft } from './unit.ts';

type Kept =
  | 'remainAfterExit'
  | 'pidFile'
  | 'guessMainPid'
  | 'restart'
  | 'restartMs'
  | 'restartSteps'
  | 'restartMaxDelayMs'
  | 'restartRandomMs'
  | 'timeoutStopMs'
  | 'timeoutStartFailure'
  | 'timeoutStopFailure'
  | 'runtimeMaxMs'
  | 'watchdogMs'
  | 'reloadSignal'
  | 'fdStoreMax'
  | 'fdStorePreserve'
  | 'nonBlocking'
  | 'idleMs';

/** null: not set, and the default depends on the rest. */
export interface ServiceDraft extends Open<Pick<ServiceUnit, Kept>> {
  type: ServiceUnit['type'] | 'dbus' | 'idle' | null;
  busName: string | null;
  readonly commands: Record<ServiceCommand, Command[]>;
  readonly exec: ExecDraft;
  /** Old files have the limit of starts in [Service]. */
  readonly head: UnitDraft;
  readonly successExit: ExitStatus[];
  readonly restartPrevent: ExitStatus[];
  readonly restartForce: ExitStatus[];
  timeoutStartMs: number | null;
  timeoutAbortMs: number | null;
  notifyAccess: ServiceUnit['notifyAccess'] | null;
  readonly sockets: string[];
  readonly openFiles: OpenFile[];
}

type Open<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const HUP = 1;

/** The defaults (systemd.service(5)). */
export function serviceDraft(head: UnitDraft): ServiceDraft {
  return {
    type: null,
    busName: null,
    commands: { condition: [], startPre: [], start: [], startPost: [], reload: [], stop: [], stopPost: [] },
    exec: execDraft(),
    head,
    remainAfterExit: false,
    pidFile: null,
    guessMainPid: true,
    restart: 'no',
    restartMs: 100,
    restartSteps: 0,
    restartMaxDelayMs: null,
    restartRandomMs: 0,
    successExit: [],
    restartPrevent: [],
    restartForce: [],
    timeoutStartMs: null,
    timeoutStopMs: 90_000,
    timeoutAbortMs: null,
    timeoutStartFailure: 'terminate',
    timeoutStopFailure: 'terminate',
    runtimeMaxMs: Number.POSITIVE_INFINITY,
    watchdogMs: null,
    notifyAccess: null,
    reloadSignal: HUP,
    fdStoreMax: 0,
    fdStorePreserve: 'restart',
    nonBlocking: false,
    sockets: [],
    openFiles: [],
    idleMs: null,
  };
}

/** Codes and signals apart. */
export function exitSet(statuses: readonly ExitStatus[]): ExitSet {
  return {
    codes: statuses.flatMap((status) => ('code' in status ? [status.code] : [])),
    signals: statuses.flatMap((status) => ('signal' in status ? [status.signal] : [])),
  };
}
