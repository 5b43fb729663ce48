/** How a service ends: its stop commands, signals, what comes after, and perhaps another life. */

import type { Draft } from './draft.ts';
import type { KillOperation, Result, Sub } from './life.ts';
import { comesBack, restartDelayMs } from './restarts.ts';

/** It had started: ExecStop= is asked first. */
export function enterStop(draft: Draft, result: Result): void {
  draft.note(result);
  if (!draft.begin('stop', 'stop', draft.unit.timeoutStopMs)) enterSignal(draft, 'stop-sigterm', 'success');
}

/** The states in which processes are signalled and awaited. */
export type SignalSub =
  | 'stop-watchdog'
  | 'stop-sigterm'
  | 'stop-sigkill'
  | 'final-watchdog'
  | 'final-sigterm'
  | 'final-sigkill';

interface Means {
  readonly operation: KillOperation;
  /** What is tried when it found nobody, unless SendSIGKILL= forbids it; null: nothing is. */
  readonly harder: SignalSub | null;
  /** Where it goes on when nobody is left. */
  readonly done: (draft: Draft) => void;
}

const stopped = (draft: Draft): void => enterStopPost(draft, 'success');
const dead = (draft: Draft): void => enterDead(draft, 'success', true);

const MEANS: Readonly<Record<SignalSub, Means>> = {
  'stop-watchdog': { operation: 'abort', harder: 'stop-sigkill', done: stopped },
  'stop-sigterm': { operation: 'terminate', harder: 'stop-sigkill', done: stopped },
  'stop-sigkill': { operation: 'kill', harder: null, done: stopped },
  'final-watchdog': { operation: 'abort', harder: 'final-sigkill', done: dead },
  'final-sigterm': { operation: 'terminate', harder: 'final-sigkill', done: dead },
  'final-sigkill': { operation: 'kill', harder: null, done: dead },
};

/** Signals what runs and waits for its end. */
export function enterSignal(draft: Draft, sub: SignalSub, result: Result): void {
  draft.note(result);
  const { operation } = MEANS[sub];
  const { timeoutAbortMs, timeoutStopMs } = draft.unit;
  draft.enter(sub);
  draft.do({ do: 'kill', operation, timeoutMs: operation === 'abort' ? timeoutAbortMs : timeoutStopMs });
}

/** A kill found nobody: on to the next means, or past them. */
export function unkilled(draft: Draft): void {
  const { sub } = draft.life;
  if (!isSignalled(sub)) return;
  const { harder, done } = MEANS[sub];
  if (harder !== null && draft.unit.exec.sendSigkill) enterSignal(draft, harder, 'success');
  else done(draft);
}

function isSignalled(sub: Sub): sub is SignalSub {
  return Object.hasOwn(MEANS, sub);
}

/** Runs ExecStopPost=, also after a start that failed. */
export function enterStopPost(draft: Draft, result: Result): void {
  draft.note(result);
  if (!draft.begin('stopPost', 'stop-post', draft.unit.timeoutStopMs)) {
    enterSignal(draft, 'final-sigterm', 'success');
  }
}

/** The end of a life. `mayRestart`: unless its time-outs or limits say that no other is wanted. */
export function enterDead(draft: Draft, result: Result, mayRestart: boolean): void {
  draft.note(result);
  const { life, unit } = draft;
  sayEnd(draft);
  const restarts = mayRestart && comesBack(life, unit);
  draft.set({ told: null, stopped: false, idleStop: false, main: null, control: null });
  draft.do({ do: 'release', restarts });
  if (restarts) {
    draft.enter('auto-restart');
    const { restartRandomMs: spreadMs } = unit;
    const afterMs = restartDelayMs(life.restarts, unit);
    draft.do({ do: 'timer', afterMs, ...(spreadMs > 0 && { spreadMs }) });
  } else {
    // People want to see the count until the next start.
    draft.set({ forgetRestarts: true });
    draft.enter(life.result === 'success' || life.result === 'exec-condition' ? 'dead' : 'failed');
  }
}

function sayEnd(draft: Draft): void {
  const { result } = draft.life;
  if (result === 'success') draft.say({ kind: 'deactivated' });
  else draft.say({ kind: result === 'exec-condition' ? 'skipped' : 'failed', result });
}
