/** A service unit as a state machine: events in, the next life and actions out. No processes, timers or logs in here. */

import type { ServiceUnit } from '../../model/service-unit.ts';
import { started, startFailed } from './begun.ts';
import { controlEnded } from './control-ended.ts';
import { Draft } from './draft.ts';
import { type Life, type ServiceEvent, type Step, SUBS, type Sub, UNBORN } from './life.ts';
import { mainEnded } from './main-ended.ts';
import { emptied, mainFound, mainMissing } from './main-process.ts';
import { reload } from './reloading.ts';
import { said } from './said.ts';
import { start } from './starting.ts';
import { enterDead, enterSignal, enterStop, unkilled } from './stopping.ts';
import { timedOut } from './timeouts.ts';

/** The next life and what to do. An event that means nothing in a state changes nothing. */
export function step(life: Life, event: ServiceEvent, unit: ServiceUnit): Step {
  const draft = new Draft(life, unit);
  (HANDLERS[event.name] as (draft: Draft, event: ServiceEvent) => void)(draft, event);
  return draft.step;
}

type Handlers = {
  readonly [Name in ServiceEvent['name']]: (
    draft: Draft,
    event: Extract<ServiceEvent, { readonly name: Name }>,
  ) => void;
};

const HANDLERS: Handlers = {
  start(draft, { now }) {
    if (isStartable(draft.life)) start(draft, now);
  },
  stop,
  idle(draft) {
    if (draft.life.sub !== 'running') return;
    draft.say({ kind: 'idle' });
    draft.set({ idleStop: true });
    stop(draft);
  },
  reload(draft, { nowUs }) {
    if (draft.life.sub === 'running' || draft.life.sub === 'exited') reload(draft, nowUs);
  },
  'reset-failed': resetFailed,
  started: (draft, { pid, role }) => started(draft, role, pid),
  'start-failed': (draft, { exit, role }) => startFailed(draft, role, exit),
  exited(draft, { exit, role }) {
    if (draft.life[role] === null) return;
    if (role === 'main') mainEnded(draft, exit);
    else controlEnded(draft, exit);
  },
  unkilled,
  emptied,
  main: (draft, { pid }) => mainFound(draft, pid),
  'main-missing': (draft, { empty }) => mainMissing(draft, empty),
  said: (draft, event) => said(draft, event.said),
  timeout: timedOut,
  watchdog(draft) {
    const { sub } = draft.life;
    if (!WATCHED.has(sub)) return;
    draft.say({ kind: 'watchdog' });
    enterSignal(draft, 'stop-watchdog', 'watchdog');
  },
  'restart-refused'(draft) {
    if (draft.life.sub === 'auto-restart-queued') enterDead(draft, 'resources', false);
  },
  'forget-restarts': (draft) => draft.set({ restarts: 0 }),
};

/** The states in which a service has to feed its watchdog. */
export const WATCHED: ReadonlySet<Sub> = new Set<Sub>([
  'start-post',
  'running',
  'reload',
  'reload-signal',
  'reload-notify',
]);

function isStartable({ sub }: Life): boolean {
  return sub === 'dead' || sub === 'failed' || sub === 'auto-restart' || sub === 'auto-restart-queued';
}

/** On somebody's word: no restart follows. */
function stop(draft: Draft): void {
  const { sub } = draft.life;
  if (sub === 'dead' || sub === 'failed') return;
  if (sub === 'auto-restart' || sub === 'auto-restart-queued') {
    draft.set({ forgetRestarts: true });
    draft.do({ do: 'release', restarts: false });
    draft.enter('dead');
    return;
  }
  draft.set({ stopped: true });
  if (sub === 'running' || sub === 'exited') enterStop(draft, 'success');
  else if (SUBS[sub] !== 'deactivating') enterSignal(draft, 'stop-sigterm', 'success');
}

function resetFailed(draft: Draft): void {
  draft.set({ starts: UNBORN.starts, restarts: 0 });
  if (draft.life.sub !== 'failed') return;
  draft.set({ result: 'success' });
  draft.enter('dead');
}
