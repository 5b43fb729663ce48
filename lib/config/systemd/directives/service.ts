/** The directives of [Service] (systemd.service(5)). */

import type { ServiceUnit } from '../../../model/service-unit.ts';
import type { ServiceDraft } from '../draft/service.ts';
import { withoutVar } from '../values/address.ts';
import { exitStatus } from '../values/exit-status.ts';
import { openFile } from '../values/open-file.ts';
import { signal } from '../values/signal.ts';
import { absolutePath, boolean, oneOf, unsigned } from '../values/simple.ts';
import { timeout, timeSpan } from '../values/time-span.ts';
import { unitOfType } from '../values/unit-reference.ts';
import type { Read } from '../values/value.ts';
import {
  commands,
  type Directive,
  type Directives,
  directive,
  expanded,
  given,
  item,
  list,
  text,
  unread,
  within,
} from './directive.ts';
import { execDirectives } from './exec.ts';

const span = timeSpan();
const TYPES = ['simple', 'exec', 'forking', 'oneshot', 'notify', 'notify-reload', 'dbus', 'idle'] as const;
const RESTARTS = [
  'no',
  'always',
  'on-success',
  'on-failure',
  'on-abnormal',
  'on-abort',
  'on-watchdog',
] as const;
const NOTIFIERS = ['none', 'main', 'exec', 'all'] as const;
const FAILURE_MODES = ['terminate', 'abort', 'kill'] as const;

/** Every directive of the section, those of its processes included. */
// biome-ignore format: a table
export const serviceDirectives: Directives<ServiceDraft> = new Map<string, Directive<ServiceDraft>>([
  ['Type', directive<ServiceDraft, ServiceDraft['type']>(oneOf(TYPES), (draft, value) => { draft.type = value; }, null)],
  ['BusName', expanded<ServiceDraft, string | null>(text, (draft, value) => { draft.busName = value; }, null)],
  ['ExecCondition', commands((draft) => draft.commands.condition)],
  ['ExecStartPre', commands((draft) => draft.commands.startPre)],
  ['ExecStart', commands((draft) => draft.commands.start)],
  ['ExecStartPost', commands((draft) => draft.commands.startPost)],
  ['ExecReload', commands((draft) => draft.commands.reload)],
  ['ExecStop', commands((draft) => draft.commands.stop)],
  ['ExecStopPost', commands((draft) => draft.commands.stopPost)],

  ['RemainAfterExit', directive(boolean, (draft, value) => { draft.remainAfterExit = value; })],
  ['GuessMainPID', directive(boolean, (draft, value) => { draft.guessMainPid = value; })],
  ['PIDFile', expanded<ServiceDraft, string | null>(pidFile, (draft, value) => { draft.pidFile = value; }, null)],

  ['Restart', directive<ServiceDraft, ServiceUnit['restart']>(oneOf(RESTARTS), (draft, value) => { draft.restart = value; }, 'no')],
  ['RestartSec', directive(span, (draft, value) => { draft.restartMs = value; })],
  ['RestartSteps', directive(unsigned, (draft, value) => { draft.restartSteps = value; })],
  ['RestartMaxDelaySec', directive<ServiceDraft, number | null>(span, (draft, value) => { draft.restartMaxDelayMs = Number.isFinite(Number(value)) ? value : null; })],
  ['RestartRandomizedDelaySec', directive(span, (draft, value) => { draft.restartRandomMs = Number.isFinite(value) ? value : 0; })],
  ['RestartMode', given('normal', 'direct')],
  ['ExitType', given('main')],
  ['SuccessExitStatus', list(exitStatus, (draft) => draft.successExit)],
  ['RestartPreventExitStatus', list(exitStatus, (draft) => draft.restartPrevent)],
  ['RestartForceExitStatus', list(exitStatus, (draft) => draft.restartForce)],

  ['TimeoutStartSec', directive(timeout, (draft, value) => { draft.timeoutStartMs = value; })],
  ['TimeoutStopSec', directive(timeout, (draft, value) => { draft.timeoutStopMs = value; })],
  ['TimeoutAbortSec', directive<ServiceDraft, number | null>(timeout, (draft, value) => { draft.timeoutAbortMs = value; }, null)],
  ['TimeoutSec', directive(timeout, (draft, value) => { draft.timeoutStartMs = value; draft.timeoutStopMs = value; })],
  ['TimeoutStartFailureMode', directive<ServiceDraft, ServiceUnit['timeoutStartFailure']>(oneOf(FAILURE_MODES), (draft, value) => { draft.timeoutStartFailure = value; }, 'terminate')],
  ['TimeoutStopFailureMode', directive<ServiceDraft, ServiceUnit['timeoutStopFailure']>(oneOf(FAILURE_MODES), (draft, value) => { draft.timeoutStopFailure = value; }, 'terminate')],
  ['RuntimeMaxSec', directive(timeout, (draft, value) => { draft.runtimeMaxMs = value; })],
  ['WatchdogSec', directive(span, (draft, value) => { draft.watchdogMs = value === 0 || value === Number.POSITIVE_INFINITY ? null : value; })],

  ['NotifyAccess', directive<ServiceDraft, ServiceDraft['notifyAccess']>(oneOf(NOTIFIERS), (draft, value) => { draft.notifyAccess = value; }, null)],
  ['ReloadSignal', directive(signal, (draft, value) => { draft.reloadSignal = value; })],
  ['FileDescriptorStoreMax', directive(unsigned, (draft, value) => { draft.fdStoreMax = value; })],
  ['FileDescriptorStorePreserve', directive<ServiceDraft, ServiceUnit['fdStorePreserve']>(preserve, (draft, value) => { draft.fdStorePreserve = value; }, 'restart')],
  ['NonBlocking', directive(boolean, (draft, value) => { draft.nonBlocking = value; })],
  ['OpenFile', item(openFile, (draft) => draft.openFiles)],
  ['Sockets', uncleared(list(unitOfType('socket'), (draft) => draft.sockets, { names: true }))],
  ['RootDirectoryStartOnly', directive(boolean, ({ exec }, value) => { exec.rootDirectoryStartOnly = value; })],

  ['StartLimitInterval', directive(span, ({ head }, value) => { head.startIntervalMs = value; })],
  ['StartLimitIntervalSec', directive(span, ({ head }, value) => { head.startIntervalMs = value; })],
  ['StartLimitBurst', directive(unsigned, ({ head }, value) => { head.startBurst = value; })],

  ['StartLimitAction', given('none')],
  ['FailureAction', given('none')],
  ['SuccessAction', given('none')],

  ['X-IdleTimeoutSec', directive<ServiceDraft, number | null>(idle, (draft, value) => { draft.idleMs = value; }, null)],
  ['IdleTimeoutSec', directive<ServiceDraft, number | null>(idle, (draft, value) => { draft.idleMs = value; }, null)],

  ...[
    'BusPolicy', 'ExecReloadPost', 'OOMPolicy', 'PermissionsStartOnly', 'RebootArgument', 'RefreshOnReload',
    'RuntimeRandomizedExtraSec', 'SysVStartPriority', 'USBFunctionDescriptors', 'USBFunctionStrings',
  ].map((key) => [key, unread<ServiceDraft>('unsupported')] as const),

  ...within(execDirectives, ({ exec }: ServiceDraft) => exec),
]);

/** A relative one lies below /run. */
function pidFile(value: string): Read<string> {
  return absolutePath(value.startsWith('/') ? withoutVar(value) : `/run/${value}`);
}

function preserve(value: string): Read<ServiceUnit['fdStorePreserve']> {
  const whether = boolean(value);
  if ('value' in whether) return { value: whether.value ? 'yes' : 'no' };
  return oneOf(['no', 'restart', 'yes'])(value);
}

function idle(value: string): Read<number | null> {
  const found = span(value);
  if ('problem' in found) return found;
  return { value: found.value === 0 || found.value === Number.POSITIVE_INFINITY ? null : found.value };
}

/** Sockets= cannot be taken back by an empty value (systemd.service(5)). */
function uncleared({ tier, assign }: Directive<ServiceDraft>): Directive<ServiceDraft> {
  return {
    tier,
    assign(draft, value, reading) {
      if (value.text !== '') assign(draft, value, reading);
    },
  };
}
