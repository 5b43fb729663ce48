/** What an event means in each state; in the states that are not named it means nothing. */

import type { Draft } from './draft.ts';
import type { Result, Sub } from './life.ts';
import { enterDead, enterSignal, enterStopPost } from './stopping.ts';

/** Goes on from a state, with the result of what has just ended. */
export type Next = (draft: Draft, result: Result) => void;
export type ByState = Readonly<Partial<Record<Sub, Next>>>;

/** Once neither the main process nor a command runs: what is awaited while processes are signalled. */
export const WHEN_ALONE: ByState = {
  'stop-watchdog': alone(enterStopPost),
  'stop-sigterm': alone(enterStopPost),
  'stop-sigkill': alone(enterStopPost),
  'stop-post': alone((draft, result) => enterSignal(draft, 'final-sigterm', result)),
  'final-watchdog': alone((draft, result) => enterDead(draft, result, true)),
  'final-sigterm': alone((draft, result) => enterDead(draft, result, true)),
  'final-sigkill': alone((draft, result) => enterDead(draft, result, true)),
};

/** Waits for the other one of the two processes. */
export function alone(next: Next): Next {
  return (draft, result) => {
    if (draft.life.main === null && draft.life.control === null) next(draft, result);
  };
}
