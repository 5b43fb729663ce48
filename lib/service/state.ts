/** Where a service stands, as one value that changes in one function. No sockets, timers or logs in here. */

import type { PauseReason } from '../log/events.ts';

/**
 * - `closed`: it has no socket (not yet, or no longer).
 * - `unbound`: a socket could not be had; tried again, `attempt` counts from 1.
 * - `listening`: its sockets are watched.
 * - `full`: as many children as may be; callers wait in the backlog.
 * - `handed-over`: one server has the sockets.
 * - `paused`: its sockets stay open but are not watched, until a stated end.
 * - `tripped`: it was started too often; its sockets are closed (or held) until a stated end.
 */
export type State =
  | { readonly name: 'closed' }
  | { readonly name: 'unbound'; readonly attempt: number }
  | { readonly name: 'listening' }
  | { readonly name: 'full' }
  | { readonly name: 'handed-over' }
  | { readonly name: 'paused'; readonly reason: PauseReason }
  | { readonly name: 'tripped' };

export type ServiceEvent =
  /** Serve: at start, or again after a stop. */
  | { readonly name: 'open' }
  /** All sockets are bound. */
  | { readonly name: 'bound' }
  | { readonly name: 'bind-failed' }
  /** The last child that may be was started. */
  | { readonly name: 'filled' }
  /** There is room again, or the server that had the sockets ended. */
  | { readonly name: 'freed' }
  /** The sockets go to one server. */
  | { readonly name: 'handed' }
  | { readonly name: 'pause'; readonly reason: PauseReason; readonly pauseMs: number }
  | { readonly name: 'trip' }
  /** The stated end of a pause came, or the administrator asked (ALRM, HUP). */
  | { readonly name: 'timer' }
  | { readonly name: 'retry' }
  | { readonly name: 'close' };

/** What the runner has to do; `timer` replaces the one that runs. */
export type Action =
  | { readonly do: 'bind' }
  | { readonly do: 'watch' }
  | { readonly do: 'unwatch' }
  | { readonly do: 'release' }
  | { readonly do: 'timer'; readonly afterMs: number }
  | { readonly do: 'stop-timer' }
  | { readonly do: 'say-paused'; readonly reason: PauseReason; readonly pauseMs: number }
  | { readonly do: 'say-resumed'; readonly reason: PauseReason };

/** What the service's definition and the command line say about its states. */
export interface Policy {
  readonly tripPauseMs: number;
  /** A tripped service gives its port back, or keeps it and lets callers wait. */
  readonly onTrip: 'close' | 'hold';
  /** Whether the administrator's word (ALRM, HUP) ends a trip before its time. */
  readonly retries: boolean;
}

export interface Step {
  readonly state: State;
  readonly actions: readonly Action[];
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

/** How long until bind is tried again: 1, 2, 4 … 60 s. */
export function bindRetryMs(attempt: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
}

const LISTENING: State = { name: 'listening' };
const WATCH: Step = { state: LISTENING, actions: [{ do: 'watch' }] };
const BIND: readonly Action[] = [{ do: 'stop-timer' }, { do: 'bind' }];

/** The next state and what to do. An event that means nothing in a state changes nothing. */
export function step(state: State, event: ServiceEvent, policy: Policy): Step {
  if (event.name === 'close')
    return to({ name: 'closed' }, { do: 'stop-timer' }, { do: 'unwatch' }, { do: 'release' });
  switch (state.name) {
    case 'closed':
      if (event.name === 'open') return { state, actions: BIND };
      return opened(state, event, 1);
    case 'unbound':
      if (event.name === 'timer' || event.name === 'retry') return { state, actions: BIND };
      return opened(state, event, state.attempt + 1);
    case 'listening':
      return served(state, event, policy);
    case 'full':
      // A pause of a full service (no descriptors left) must not be lifted by a child that ends.
      return event.name === 'freed' ? WATCH : served(state, event, policy);
    case 'handed-over':
      return event.name === 'freed' ? WATCH : served(state, event, policy);
    case 'paused':
      if (event.name === 'timer' || event.name === 'retry') {
        return to(
          LISTENING,
          { do: 'stop-timer' },
          { do: 'say-resumed', reason: state.reason },
          { do: 'watch' },
        );
      }
      return stay(state);
    case 'tripped':
      if (event.name !== 'timer' && !(event.name === 'retry' && policy.retries)) return stay(state);
      if (policy.onTrip === 'hold') {
        return to(LISTENING, { do: 'stop-timer' }, { do: 'say-resumed', reason: 'rate' }, { do: 'watch' });
      }
      return to(
        { name: 'closed' },
        { do: 'stop-timer' },
        { do: 'say-resumed', reason: 'rate' },
        { do: 'bind' },
      );
  }
}

function opened(state: State, event: ServiceEvent, attempt: number): Step {
  if (event.name === 'bound') return WATCH;
  if (event.name === 'bind-failed') {
    return to({ name: 'unbound', attempt }, { do: 'timer', afterMs: bindRetryMs(attempt) });
  }
  return stay(state);
}

function served(state: State, event: ServiceEvent, policy: Policy): Step {
  switch (event.name) {
    case 'filled':
      return to({ name: 'full' }, { do: 'unwatch' });
    case 'handed':
      return to({ name: 'handed-over' }, { do: 'unwatch' });
    case 'pause':
      return to(
        { name: 'paused', reason: event.reason },
        { do: 'unwatch' },
        { do: 'say-paused', reason: event.reason, pauseMs: event.pauseMs },
        { do: 'timer', afterMs: event.pauseMs },
      );
    case 'trip':
      return to(
        { name: 'tripped' },
        { do: 'unwatch' },
        ...(policy.onTrip === 'close' ? [{ do: 'release' } as const] : []),
        { do: 'say-paused', reason: 'rate', pauseMs: policy.tripPauseMs },
        { do: 'timer', afterMs: policy.tripPauseMs },
      );
    case 'open':
    case 'bound':
    case 'bind-failed':
    case 'freed':
    case 'timer':
    case 'retry':
    case 'close':
      return stay(state);
  }
}

function to(state: State, ...actions: readonly Action[]): Step {
  return { state, actions };
}

function stay(state: State): Step {
  return { state, actions: [] };
}
