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

const OPERATIONS: Readonly<Record<SignalSub, KillOperation>> = {
  'stop-watchdog': 'abort',
  'stop-sigterm': 'terminate',
  'stop-sigkill': 'kill',
  'final-watchdog': 'abort',
  'final-sigterm': 'terminate',
  'final-sigkill': 'kill',
};

/** Signals what runs and waits for its end. */
export function enterSignal(draft: Draft, sub: SignalSub, result: Result): void {
  draft.note(result);
  const operation = OPERATIONS[sub];
  const { timeoutAbortMs, timeoutStopMs } = draft.unit;
  draft.enter(sub);
  draft.do({ do: 'kill', operation, timeoutMs: operation === 'abort' ? timeoutAbortMs : timeoutStopMs });
}

/** A kill found nobody: on to the next means, or past them. */
export function unkilled(draft: Draft, sub: Sub): void {
  const killed = !draft.unit.exec.sendSigkill;
  switch (sub) {
    case 'stop-watchdog':
    case 'stop-sigterm':
      if (killed) enterStopPost(draft, 'success');
      else enterSignal(draft, 'stop-sigkill', 'success');
      break;
    case 'stop-sigkill':
      enterStopPost(draft, 'success');
      break;
    case 'final-watchdog':
    case 'final-sigterm':
      if (killed) enterDead(draft, 'success', true);
      else enterSignal(draft, 'final-sigkill', 'success');
      break;
    case 'final-sigkill':
      enterDead(draft, 'success', true);
      break;
  }
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
