/** What became of the start of a process. */

import { alone, type ByState, WHEN_ALONE } from './by-state.ts';
import { controlEnded } from './control-ended.ts';
import type { Draft } from './draft.ts';
import type { ProcessExit, Role } from './life.ts';
import { mainEnded } from './main-ended.ts';
import { finishReload } from './reloading.ts';
import { enterStartPost } from './starting.ts';
import { enterDead, enterSignal, enterStop } from './stopping.ts';

/** It runs its program. */
export function started(draft: Draft, role: Role, pid: number): void {
  const process = draft.life[role];
  if (process === null) return;
  draft.set({ [role]: { ...process, pid } });
  const { type } = draft.unit;
  const enough = type === 'simple' || type === 'exec';
  if (role === 'main' && draft.life.sub === 'start' && enough) enterStartPost(draft);
}

/** It did not come as far as its program; `exit`: the step, as an exit status. Null: there was never a process. */
export function startFailed(draft: Draft, role: Role, exit: number | null): void {
  if (draft.life[role] === null) return;
  if (exit === null) {
    draft.set({ [role]: null });
    WITHOUT_PROCESS[draft.life.sub]?.(draft, 'resources');
    return;
  }
  const ended: ProcessExit = { code: 'exited', status: exit };
  if (role === 'control') controlEnded(draft, ended);
  else {
    // Type=simple does not wait for the program: it has started, and ends at once.
    if (draft.unit.type === 'simple' && draft.life.sub === 'start') draft.enter('running');
    mainEnded(draft, ended);
  }
}

const WITHOUT_PROCESS: ByState = {
  ...WHEN_ALONE,
  condition: (draft, result) => enterDead(draft, result, true),
  'start-pre': (draft, result) => enterDead(draft, result, true),
  start: (draft, result) => enterSignal(draft, 'stop-sigterm', result),
  'start-post': enterStop,
  reload: finishReload,
  stop: (draft, result) => enterSignal(draft, 'stop-sigterm', result),
  'stop-post': alone((draft, result) => enterSignal(draft, 'final-sigterm', result)),
};
