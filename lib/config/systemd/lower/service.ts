/** A service unit, once everything has been read (systemd.service(5)). */

import { OPEN_ACCESS } from '../../../model/access.ts';
import type { ServiceUnit } from '../../../model/service-unit.ts';
import type { UnitHead } from '../../../model/unit.ts';
import { exitSet, type ServiceDraft } from '../draft/service.ts';
import { execSettings } from './exec.ts';

/** The unit that a draft stands for. `sockets`: all that it gets descriptors from. */
export function serviceUnit(
  draft: ServiceDraft,
  { head, sockets }: { readonly head: UnitHead; readonly sockets: readonly string[] },
): ServiceUnit {
  const type = serviceType(draft);
  const { timeoutStartMs, timeoutAbortMs, timeoutStopMs } = draft;
  return {
    kind: 'service',
    head,
    type: type === 'dbus' || type === 'idle' ? 'simple' : type,
    commands: draft.commands,
    exec: execSettings(draft.exec),
    remainAfterExit: draft.remainAfterExit,
    pidFile: draft.pidFile,
    guessMainPid: draft.guessMainPid,
    restart: draft.restart,
    restartMs: draft.restartMs,
    restartSteps: draft.restartSteps,
    restartMaxDelayMs: draft.restartMaxDelayMs,
    restartRandomMs: draft.restartRandomMs,
    successExit: exitSet(draft.successExit),
    restartPrevent: exitSet(draft.restartPrevent),
    restartForce: exitSet(draft.restartForce),
    timeoutStartMs: timeoutStartMs ?? (type === 'oneshot' ? Number.POSITIVE_INFINITY : 90_000),
    timeoutStopMs,
    timeoutAbortMs: timeoutAbortMs ?? timeoutStopMs,
    timeoutStartFailure: draft.timeoutStartFailure,
    timeoutStopFailure: draft.timeoutStopFailure,
    runtimeMaxMs: draft.runtimeMaxMs,
    watchdogMs: draft.watchdogMs,
    notifyAccess: notifyAccess(draft),
    reloadSignal: draft.reloadSignal,
    fdStoreMax: draft.fdStoreMax,
    fdStorePreserve: draft.fdStorePreserve,
    nonBlocking: draft.nonBlocking,
    openFiles: draft.openFiles,
    sockets,
    idleMs: draft.idleMs,
    access: OPEN_ACCESS,
  };
}

/** The type that is meant where none is written. */
export function serviceType({ type, commands, busName }: ServiceDraft): NonNullable<ServiceDraft['type']> {
  if (type !== null) return type;
  if (busName !== null) return 'dbus';
  return commands.start.length > 0 ? 'simple' : 'oneshot';
}

/** Who needs notifications may send them. */
function notifyAccess({
  notifyAccess: asked,
  type,
  watchdogMs,
  fdStoreMax,
}: ServiceDraft): ServiceUnit['notifyAccess'] {
  const needed = type === 'notify' || type === 'notify-reload' || watchdogMs !== null || fdStoreMax > 0;
  return needed && (asked === null || asked === 'none') ? 'main' : (asked ?? 'none');
}
