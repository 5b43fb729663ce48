/** How a service starts: condition, preparation, the main command, what comes after it. */

import type { Draft } from './draft.ts';
import type { Result } from './life.ts';
import { countStart } from './start-limit.ts';
import { enterDead, enterSignal, enterStop } from './stopping.ts';

/** Begins a life, unless it was begun too often. `now` is monotonic, ms. */
export function start(draft: Draft, now: number): void {
  const { life, unit } = draft;
  const starts = countStart(life.starts, unit.head.startLimit, now);
  if (starts === null) {
    draft.say({ kind: 'start-limit' });
    draft.set({ result: 'start-limit-hit' });
    enterDead(draft, 'start-limit-hit', false);
    return;
  }
  draft.set({
    starts,
    result: 'success',
    reloadResult: 'success',
    main: null,
    mainKnown: false,
    mainExit: null,
    control: null,
    told: null,
    stopped: false,
    idleStop: false,
    restarts: life.forgetRestarts ? 0 : life.restarts,
    forgetRestarts: false,
  });
  if (!draft.begin('condition', 'condition', unit.timeoutStartMs)) enterStartPre(draft);
}

/** The condition holds, or there is none. */
export function enterStartPre(draft: Draft): void {
  if (!draft.begin('startPre', 'start-pre', draft.unit.timeoutStartMs)) enterStart(draft);
}

/** The main command, or with Type=forking the one that leaves it behind. */
export function enterStart(draft: Draft): void {
  const { commands, timeoutStartMs, type } = draft.unit;
  if (commands.condition.length + commands.startPre.length > 0) draft.do({ do: 'kill-strays' });
  draft.set({ control: null });
  draft.enter('start');
  if (commands.start.length === 0) {
    // A oneshot may consist of its stop commands.
    enterStartPost(draft);
    return;
  }
  const role = type === 'forking' ? 'control' : 'main';
  draft.run(role, { kind: 'start', index: 0 }, type === 'simple' ? Number.POSITIVE_INFINITY : timeoutStartMs);
}

/** It has started, in the sense of its Type=. */
export function enterStartPost(draft: Draft): void {
  draft.do({ do: 'watchdog' });
  if (!draft.begin('startPost', 'start-post', draft.unit.timeoutStartMs)) enterRunning(draft, 'success');
}

/** It runs: or it ran, and goes on to be `exited` or to stop. */
export function enterRunning(draft: Draft, result: Result): void {
  draft.note(result);
  draft.set({ control: null });
  const { life, unit } = draft;
  if (life.result !== 'success') enterSignal(draft, 'stop-sigterm', result);
  else if (life.main === null && (life.mainKnown || unit.type === 'oneshot')) {
    if (unit.remainAfterExit) draft.enter('exited');
    else enterStop(draft, 'success');
  } else if (life.told === 'reloading') reloadByItself(draft);
  else if (life.told === 'stopping') stopByItself(draft);
  else {
    draft.enter('running');
    draft.do({ do: 'timer', afterMs: unit.runtimeMaxMs });
  }
}

/** RELOADING=1 that nobody asked for. */
export function reloadByItself(draft: Draft): void {
  draft.enter('reload-notify');
  draft.do({ do: 'timer', afterMs: draft.unit.timeoutStartMs });
}

/** STOPPING=1: as if it had been signalled. */
export function stopByItself(draft: Draft): void {
  draft.enter('stop-sigterm');
  draft.do({ do: 'timer', afterMs: draft.unit.timeoutStopMs });
}
