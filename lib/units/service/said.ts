/** READY=1, RELOADING=1 and STOPPING=1 (sd_notify(3)). */

import type { Draft } from './draft.ts';
import type { Life, Said, Sub } from './life.ts';
import { finishReload } from './reloading.ts';
import { enterStartPost, reloadByItself, stopByItself } from './starting.ts';

const STOPPABLE: ReadonlySet<Sub> = new Set(['running', 'reload-signal', 'reload-notify']);

/** What a service says about its state. Stopping is final; of the others the later state counts. */
export function said(draft: Draft, message: Said): void {
  const { life } = draft;
  if (message.stopping) {
    draft.set({ told: 'stopping' });
    if (STOPPABLE.has(life.sub)) stopByItself(draft);
  } else if (life.told === 'stopping') return;
  else if (message.ready) ready(draft, message);
  else if (message.reloading) reloading(draft, message);
}

function ready(draft: Draft, message: Said): void {
  const { life, unit } = draft;
  draft.set({ told: life.told === 'reloading' ? 'reload-ready' : 'ready' });
  const notifies = unit.type === 'notify' || unit.type === 'notify-reload';
  if (life.sub === 'start' && notifies) enterStartPost(draft);
  else if (life.sub === 'reload-notify') finishReload(draft, 'success');
  else if (message.reloading && answersReload(life, message)) finishReload(draft, 'success');
}

function reloading(draft: Draft, message: Said): void {
  const { life } = draft;
  draft.set({ told: 'reloading' });
  if (answersReload(life, message)) draft.enter('reload-notify');
  else if (life.sub === 'running') reloadByItself(draft);
}

/** Whether this is the reload that was asked for: its moment says so, or it could be one from before. */
function answersReload({ reloadBeganUs, sub }: Life, { monotonicUs }: Said): boolean {
  return sub === 'reload-signal' && monotonicUs !== null && monotonicUs >= reloadBeganUs;
}
