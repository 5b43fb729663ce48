/** Which process of a service is its main one: found or named, and what there is to do without one. */

import { alone, type ByState, WHEN_ALONE } from './by-state.ts';
import type { Draft } from './draft.ts';
import { enterRunning, enterStartPost } from './starting.ts';
import { enterSignal, enterStop, enterStopPost } from './stopping.ts';

/** A forking service has left its process behind. ExecStartPost= may be what writes the PID file: until it is done nobody waits. */
export function findMain(draft: Draft): void {
  const { commands, pidFile } = draft.unit;
  const last = draft.life.sub === 'start-post' || commands.startPost.length === 0;
  draft.do({ do: 'find-main', wait: pidFile !== null && last });
}

/** A forking service whose main process is still to be told by its file. */
export function wantsPidFile({ life, unit }: Draft): boolean {
  return unit.type === 'forking' && unit.pidFile !== null && life.main === null;
}

/** The main process of a forking service was found, or a message names another one. */
export function mainFound(draft: Draft, pid: number): void {
  const { control, main, sub } = draft.life;
  const awaited = main === null && control === null && draft.unit.type === 'forking';
  draft.set({ main: { pid, command: main?.command ?? null }, mainKnown: true });
  if (awaited && sub === 'start') enterStartPost(draft);
  else if (awaited && sub === 'start-post') enterRunning(draft, 'success');
}

/** It is not to be found. `empty`: no process of the service is left. */
export function mainMissing(draft: Draft, empty: boolean): void {
  const { control, sub } = draft.life;
  if (control !== null) return;
  const { commands, pidFile } = draft.unit;
  if (sub === 'start' && (pidFile === null || commands.startPost.length > 0)) enterStartPost(draft);
  else if (empty) UNWRITTEN[sub]?.(draft, 'protocol');
}

/** The PID file will not be written any more. */
const UNWRITTEN: ByState = {
  start: neverWrote((draft) => enterSignal(draft, 'stop-sigterm', 'protocol')),
  'start-post': neverWrote((draft) => enterStop(draft, 'protocol')),
};

function neverWrote(next: (draft: Draft) => void): (draft: Draft) => void {
  return (draft) => {
    if (!wantsPidFile(draft)) return;
    draft.say({ kind: 'no-pid-file' });
    next(draft);
  };
}

/** The last process of the service is gone. */
export function emptied(draft: Draft): void {
  EMPTIED[draft.life.sub]?.(draft, 'success');
}

const { 'stop-post': _runs, ...SIGNALLED } = WHEN_ALONE;

const EMPTIED: ByState = {
  ...SIGNALLED,
  start: alone((draft) => {
    if (draft.unit.type === 'notify' || draft.unit.type === 'notify-reload') enterStopPost(draft, 'protocol');
    else UNWRITTEN.start?.(draft, 'protocol');
  }),
  'start-post': alone((draft) => UNWRITTEN['start-post']?.(draft, 'protocol')),
  running: alone((draft) => {
    // Of a main process that was never known nobody can say how it ended.
    draft.set({ mainKnown: true });
    enterRunning(draft, 'success');
  }),
};
