/** How a running service reads its configuration again (systemd.service(5), ExecReload= and Type=notify-reload). */

import type { ServiceUnit } from '../../model/service-unit.ts';
import type { ActiveState } from '../types.ts';
import type { Draft } from './draft.ts';
import type { Result } from './life.ts';
import { enterRunning } from './starting.ts';

/** Why a service cannot be told to reload; null: it can. */
export function whyNoReload({ commands, head, type }: ServiceUnit, active: ActiveState): string | null {
  if (commands.reload.length === 0 && type !== 'notify-reload') {
    return `Job type reload is not applicable for unit ${head.name}.`;
  }
  return active === 'active' ? null : `Unit ${head.name} cannot be reloaded because it is inactive.`;
}

/** Asks for a reload; `nowUs` is CLOCK_MONOTONIC, which the service's answer must not be older than. */
export function reload(draft: Draft, nowUs: number): void {
  const { told } = draft.life;
  draft.set({
    reloadResult: 'success',
    reloadBeganUs: nowUs,
    told: told === 'reloading' || told === 'reload-ready' ? null : told,
  });
  if (!draft.begin('reload', 'reload', draft.unit.timeoutStartMs)) signalReload(draft);
}

/** The commands are done, or there are none: the service itself is told, if it answers. */
export function signalReload(draft: Draft): void {
  const { life, unit } = draft;
  // With commands the service may have answered already.
  const told = life.sub === 'reload' ? life.told : null;
  if (unit.type !== 'notify-reload' || life.main === null || told === 'reload-ready') {
    finishReload(draft, 'success');
  } else if (told === 'reloading') draft.enter('reload-notify');
  else {
    draft.enter('reload-signal');
    draft.do({ do: 'timer', afterMs: unit.timeoutStartMs }, { do: 'signal-main', signal: unit.reloadSignal });
  }
}

/** It serves on, however the reload went. */
export function finishReload(draft: Draft, result: Result): void {
  if (result !== 'success' && draft.life.told === 'reloading') draft.set({ told: null });
  draft.set({ reloadResult: result });
  enterRunning(draft, 'success');
}
