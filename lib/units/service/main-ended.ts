/** What the end of the main process means for its service. */

import type { ServiceUnit } from '../../model/service-unit.ts';
import { alone, type ByState, type Next, WHEN_ALONE } from './by-state.ts';
import type { Draft } from './draft.ts';
import { commandResult } from './exits.ts';
import type { CommandRef, ProcessExit } from './life.ts';
import { enterRunning, enterStartPost } from './starting.ts';
import { enterSignal, enterStop } from './stopping.ts';

/** The main process ended. */
export function mainEnded(draft: Draft, exit: ProcessExit): void {
  const { life, unit } = draft;
  const command: CommandRef = life.main?.command ?? { kind: 'start', index: 0 };
  const result = commandResult(unit, command, exit, { daemon: unit.type !== 'oneshot' });
  draft.set({ main: null, mainExit: exit });
  draft.say({ kind: 'main-exited', exit, good: result === 'success' });
  draft.note(result);
  const next: CommandRef = { kind: 'start', index: command.index + 1 };
  if (life.sub === 'start' && result === 'success' && next.index < unit.commands.start.length) {
    draft.run('main', next, unit.timeoutStartMs);
  } else AFTER_MAIN[draft.life.sub]?.(draft, result);
}

/** It ended before it had started, in the sense of its Type=: only a oneshot is to do so. */
const AFTER_START: Readonly<Record<ServiceUnit['type'], Next>> = {
  simple: enterRunning,
  exec: enterRunning,
  forking: enterRunning,
  oneshot(draft, result) {
    if (result === 'success') enterStartPost(draft);
    else enterSignal(draft, 'stop-sigterm', result);
  },
  notify: neverReady,
  'notify-reload': neverReady,
};

const AFTER_MAIN: ByState = {
  ...WHEN_ALONE,
  start: (draft, result) => AFTER_START[draft.unit.type](draft, result),
  'start-post': alone(enterStop),
  running: enterRunning,
  reload: alone(enterStop),
  'reload-signal': alone(enterStop),
  'reload-notify': alone(enterStop),
};

function neverReady(draft: Draft, result: Parameters<Next>[1]): void {
  const { notifyAccess, remainAfterExit } = draft.unit;
  if (result !== 'success') enterSignal(draft, 'stop-sigterm', result);
  // Else another process may still say that it is ready.
  else if (!remainAfterExit || notifyAccess === 'main') enterSignal(draft, 'stop-sigterm', 'protocol');
}
