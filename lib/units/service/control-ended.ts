/** What the end of a command other than the main one means for its service. */

import { type ByState, type Next, WHEN_ALONE } from './by-state.ts';
import type { Draft } from './draft.ts';
import { commandResult } from './exits.ts';
import type { CommandRef, ProcessExit, Result, Sub } from './life.ts';
import { findMain, wantsPidFile } from './main-process.ts';
import { finishReload, signalReload } from './reloading.ts';
import { enterRunning, enterStart, enterStartPre } from './starting.ts';
import { enterSignal } from './stopping.ts';

/** ExecCondition=: up to this status it has said no, above it has failed. */
const LAST_REFUSAL = 254;

/** The command ended that the service waits for. */
export function controlEnded(draft: Draft, exit: ProcessExit): void {
  const command = draft.life.control?.command;
  if (!command) return;
  const { unit } = draft;
  draft.set({ control: null });
  const ended = commandResult(unit, command, exit, { daemon: command.kind === 'start' });
  const refuses = command.kind === 'condition' && ended === 'exit-code' && exit.status <= LAST_REFUSAL;
  const result = refuses ? 'exec-condition' : ended;
  draft.say({ kind: 'control-exited', command: command.kind, exit, good: refuses || result === 'success' });
  const { sub } = draft.life;
  // A reload that fails is not the end of the service.
  if (sub !== 'reload') draft.note(result);
  const next: CommandRef = { kind: command.kind, index: command.index + 1 };
  // A state that was left meanwhile has no further commands.
  const more = STATES[command.kind] === sub && next.index < unit.commands[next.kind].length;
  if (more && result === 'success') draft.run('control', next, timeoutOf(draft, next));
  else AFTER_CONTROL[sub]?.(draft, result);
}

const STATES: Readonly<Record<CommandRef['kind'], Sub>> = {
  condition: 'condition',
  startPre: 'start-pre',
  start: 'start',
  startPost: 'start-post',
  reload: 'reload',
  stop: 'stop',
  stopPost: 'stop-post',
};

function timeoutOf({ unit }: Draft, { kind }: CommandRef): number {
  return kind === 'stop' || kind === 'stopPost' ? unit.timeoutStopMs : unit.timeoutStartMs;
}

const AFTER_CONTROL: ByState = {
  ...WHEN_ALONE,
  condition: orSignal(enterStartPre),
  'start-pre': orSignal(enterStart),
  start: orSignal(findMain),
  'start-post': orSignal((draft) => {
    if (wantsPidFile(draft)) findMain(draft);
    else enterRunning(draft, 'success');
  }),
  reload(draft, result) {
    if (result === 'success') signalReload(draft);
    else finishReload(draft, result);
  },
  stop: (draft, result) => enterSignal(draft, 'stop-sigterm', result),
};

/** On to the next step of a start, or to its end. */
function orSignal(next: (draft: Draft) => void): Next {
  return (draft: Draft, result: Result) => {
    if (result === 'success') next(draft);
    else enterSignal(draft, 'stop-sigterm', result);
  };
}
