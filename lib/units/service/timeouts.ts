/** What follows when a state has lasted too long (systemd.service(5), TimeoutStartFailureMode= and its kin). */

import type { ServiceUnit } from '../../model/service-unit.ts';
import type { ByState, Next } from './by-state.ts';
import type { Draft } from './draft.ts';
import type { AfterTimeout, Result } from './life.ts';
import { finishReload } from './reloading.ts';
import { enterDead, enterSignal, enterStop, enterStopPost, type SignalSub } from './stopping.ts';

type Mode = ServiceUnit['timeoutStopFailure'];
/** The next means against what does not end. */
type Means = SignalSub | 'stop-post' | 'dead';

const TERMINATE: Readonly<Record<Mode, Means>> = {
  terminate: 'stop-sigterm',
  abort: 'stop-watchdog',
  kill: 'stop-sigkill',
};
const KILL: Readonly<Record<Mode, Means>> = {
  terminate: 'stop-sigkill',
  abort: 'stop-watchdog',
  kill: 'stop-sigkill',
};
const FINAL: Readonly<Record<Mode, Means>> = {
  terminate: 'final-sigterm',
  abort: 'final-watchdog',
  kill: 'final-sigkill',
};
const FINAL_KILL: Readonly<Record<Mode, Means>> = {
  terminate: 'final-sigkill',
  abort: 'final-watchdog',
  kill: 'final-sigkill',
};

/** The state's timer has fired. */
export function timedOut(draft: Draft): void {
  TIMED_OUT[draft.life.sub]?.(draft, 'timeout');
}

const start = goOn(({ timeoutStartFailure }) => TERMINATE[timeoutStartFailure]);

const TIMED_OUT: ByState = {
  condition: start,
  'start-pre': start,
  start,
  'start-post': start,
  running(draft, result) {
    draft.say({ kind: 'runtime-limit' });
    enterStop(draft, result);
  },
  reload: reloadTimedOut,
  'reload-signal': reloadTimedOut,
  'reload-notify': reloadTimedOut,
  stop: goOn(({ timeoutStopFailure }) => TERMINATE[timeoutStopFailure]),
  'stop-watchdog': goOn(() => 'stop-sigkill'),
  'stop-sigterm': goOn(({ timeoutStopFailure }) => KILL[timeoutStopFailure]),
  'stop-sigkill'(draft, result) {
    draft.say({ kind: 'timed-out', what: 'stop-sigkill', next: 'Ignoring' });
    enterStopPost(draft, result);
  },
  'stop-post': goOn(({ timeoutStopFailure }) => FINAL[timeoutStopFailure]),
  'final-watchdog': goOn(() => 'final-sigkill'),
  'final-sigterm': goOn(({ timeoutStopFailure }) => FINAL_KILL[timeoutStopFailure]),
  'final-sigkill'(draft, result) {
    draft.say({ kind: 'timed-out', what: 'final-sigkill', next: 'Entering failed mode' });
    enterDead(draft, result, true);
  },
  'auto-restart': restartNow,
};

/** What no longer answers to a reload serves on. */
function reloadTimedOut(draft: Draft, result: Result): void {
  draft.say({ kind: 'timed-out', what: draft.life.sub, next: 'Killing' });
  draft.do({ do: 'kill-control' });
  finishReload(draft, result);
}

/** The delay before a restart is over: the restart is a job like another. */
function restartNow(draft: Draft): void {
  draft.set({ restarts: draft.life.restarts + 1 });
  draft.say({ kind: 'restart-queued' });
  draft.enter('auto-restart-queued');
  draft.do({ do: 'queue-restart' });
}

const WORDS: Readonly<Record<Means, AfterTimeout>> = {
  'stop-sigterm': 'Terminating',
  'stop-watchdog': 'Aborting',
  'stop-sigkill': 'Killing',
  'stop-post': 'Skipping SIGKILL',
  'final-sigterm': 'Terminating',
  'final-watchdog': 'Aborting',
  'final-sigkill': 'Killing',
  dead: 'Entering failed mode',
};

function goOn(wanted: (unit: ServiceUnit) => Means): Next {
  return (draft, result) => {
    const { sub } = draft.life;
    const means = draft.unit.exec.sendSigkill ? wanted(draft.unit) : unarmed(wanted(draft.unit));
    draft.say({ kind: 'timed-out', what: sub, next: WORDS[means] });
    if (means === 'stop-post') enterStopPost(draft, result);
    else if (means === 'dead') enterDead(draft, result, false);
    else enterSignal(draft, means, result);
  };
}

/** Without SIGKILL (SendSIGKILL=no). */
function unarmed(means: Means): Means {
  if (means === 'stop-sigkill') return 'stop-post';
  return means === 'final-sigkill' ? 'dead' : means;
}
