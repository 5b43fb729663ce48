/** Where a socket unit stands, as one value that changes in one function. No sockets, timers or logs in here. */

import type { SocketCommand } from '../../model/socket-unit.ts';
import type { ActiveState } from '../types.ts';

/** The states of a socket unit (systemctl(1), `--state=help`) and what each means for units of every type. */
export const SUBS = {
  dead: 'inactive',
  'start-pre': 'activating',
  'start-open': 'activating',
  'start-post': 'activating',
  listening: 'active',
  deferred: 'active',
  running: 'active',
  'stop-pre': 'deactivating',
  'stop-pre-sigterm': 'deactivating',
  'stop-pre-sigkill': 'deactivating',
  'stop-post': 'deactivating',
  'final-sigterm': 'deactivating',
  'final-sigkill': 'deactivating',
  failed: 'failed',
} as const satisfies Readonly<Record<string, ActiveState>>;
export type Sub = keyof typeof SUBS;

/** How its last life went. The first failure stays, but a limit on starts is said in its place. */
export type Result =
  | 'success'
  | 'resources'
  | 'timeout'
  | 'exit-code'
  | 'signal'
  | 'core-dump'
  | 'start-limit-hit'
  | 'trigger-limit-hit'
  | 'service-start-limit-hit';

export interface State {
  readonly sub: Sub;
  readonly result: Result;
  /** Which command of the list of this state runs. */
  readonly at: number;
}

export type SocketEvent =
  | { readonly name: 'start' }
  /** A start too many: the limit on starts of the socket itself. */
  | { readonly name: 'too-often' }
  /** The command that runs is over; `success`, or how it failed. */
  | { readonly name: 'ended'; readonly result: Result }
  | { readonly name: 'timeout' }
  | { readonly name: 'opened' }
  /** Somebody calls, and the service is on its way. */
  | { readonly name: 'triggered' }
  /** Somebody calls, and units that may not be disturbed stand against the service. */
  | { readonly name: 'deferred' }
  /** The service has the descriptors, or has them no longer. */
  | { readonly name: 'busy' }
  | { readonly name: 'free' }
  /** It cannot go on: sockets that cannot be had or watched, a limit, a service that cannot be started. */
  | { readonly name: 'fail'; readonly result: Exclude<Result, 'success'> }
  | { readonly name: 'stop' }
  | { readonly name: 'reset-failed' };

/** What the runner has to do, in order. `timer` replaces the one that runs. */
export type Action =
  | { readonly do: 'run'; readonly command: SocketCommand; readonly at: number }
  | { readonly do: 'kill'; readonly signal: 'term' | 'kill' }
  | { readonly do: 'open' | 'close' | 'flush' | 'watch' | 'unwatch' | 'timer' | 'defer-timer' | 'stop-timer' }
  | { readonly do: 'say'; readonly what: 'listening' | 'closed' | 'failed' };

/** How many commands there are of each kind, in the order in which they are gone through. */
export type Commands = Readonly<Record<SocketCommand, number>>;

export interface Step {
  readonly state: State;
  readonly actions: readonly Action[];
}

type Of<N extends SocketEvent['name']> = Extract<SocketEvent, { readonly name: N }>;
type At<S extends Sub> = State & { readonly sub: S };
type Row<S extends Sub> = {
  readonly [N in SocketEvent['name']]?: (state: At<S>, event: Of<N>, commands: Commands) => Step;
};

/** The states that go through a list of commands. */
type Listing = 'start-pre' | 'start-post' | 'stop-pre' | 'stop-post';

const CLEAN: State = { sub: 'dead', result: 'success', at: 0 };
const UNWATCH: Action = { do: 'unwatch' };
const CLOSE: Action = { do: 'close' };
const TIMER: Action = { do: 'timer' };
const STOP_TIMER: Action = { do: 'stop-timer' };

/** A unit that was never started. */
export const DEAD: State = CLEAN;

const start = (_: State, __: SocketEvent, commands: Commands): Step =>
  go({ ...CLEAN, sub: 'start-pre' }, commands);
const tooOften = (state: State): Step => stay({ ...state, sub: 'failed', result: 'start-limit-hit' });
const stopPre = (state: State, result: Result, commands: Commands): Step =>
  go({ ...worse(state, result), sub: 'stop-pre', at: 0 }, commands, UNWATCH);
const fail = (state: State, { result }: Of<'fail'>, commands: Commands): Step =>
  stopPre(state, result, commands);
const stop = (state: State, _: Of<'stop'>, commands: Commands): Step => stopPre(state, 'success', commands);
/** The command that runs gets SIGTERM or SIGKILL, and its time anew. */
const kill =
  (sub: Sub, signal: 'term' | 'kill', result: Result) =>
  (state: State): Step => ({
    state: { ...worse(state, result), sub },
    actions: [{ do: 'kill', signal }, TIMER],
  });
/** The next command, or what comes behind the last one. */
const next = (state: At<Listing>, { result }: Of<'ended'>, commands: Commands): Step =>
  go({ ...worse(state, result), sub: state.sub, at: state.at + 1 }, commands);
const stopPost = (state: State, { result }: Of<'ended'>, commands: Commands): Step =>
  go({ ...worse(state, result), sub: 'stop-post', at: 0 }, commands, CLOSE);
const end = (state: State, { result }: Of<'ended'>): Step => dead(worse(state, result));

const ROWS: { readonly [S in Sub]: Row<S> } = {
  dead: { start, 'too-often': tooOften },
  failed: { start, 'too-often': tooOften, 'reset-failed': () => stay(CLEAN) },
  'start-pre': {
    ended: (state, event, commands) =>
      event.result === 'success' ? next(state, event, commands) : end(state, event),
    timeout: kill('final-sigterm', 'term', 'timeout'),
    stop: kill('final-sigterm', 'term', 'success'),
  },
  'start-open': {
    opened: (state, _, commands) => go({ ...state, sub: 'start-post', at: 0 }, commands),
    fail,
    stop,
  },
  'start-post': {
    ended: (state, event, commands) =>
      event.result === 'success' ? next(state, event, commands) : stopPre(state, event.result, commands),
    timeout: kill('stop-pre-sigterm', 'term', 'timeout'),
    stop: kill('stop-pre-sigterm', 'term', 'success'),
  },
  listening: {
    triggered: (state) => ({ state: { ...state, sub: 'running' }, actions: [UNWATCH] }),
    deferred: (state) => ({
      state: { ...state, sub: 'deferred' },
      actions: [UNWATCH, { do: 'defer-timer' }],
    }),
    busy: (state) => ({ state: { ...state, sub: 'running' }, actions: [UNWATCH] }),
    fail,
    stop,
  },
  deferred: {
    triggered: (state) => ({ state: { ...state, sub: 'running' }, actions: [STOP_TIMER] }),
    busy: (state) => ({ state: { ...state, sub: 'running' }, actions: [STOP_TIMER] }),
    timeout: (state, _, commands) => stopPre(state, 'timeout', commands),
    fail,
    stop,
  },
  running: {
    free: (state) => ({ state: { ...state, sub: 'listening' }, actions: [{ do: 'flush' }, { do: 'watch' }] }),
    fail,
    stop,
  },
  'stop-pre': {
    ended: (state, event, commands) =>
      event.result === 'success' ? next(state, event, commands) : stopPost(state, event, commands),
    timeout: kill('stop-pre-sigterm', 'term', 'timeout'),
  },
  'stop-pre-sigterm': { ended: stopPost, timeout: kill('stop-pre-sigkill', 'kill', 'timeout') },
  'stop-pre-sigkill': {
    ended: stopPost,
    timeout: (state, _, commands) => stopPost(state, { name: 'ended', result: 'timeout' }, commands),
  },
  'stop-post': {
    ended: (state, event, commands) =>
      event.result === 'success' ? next(state, event, commands) : end(state, event),
    timeout: kill('final-sigterm', 'term', 'timeout'),
  },
  'final-sigterm': { ended: end, timeout: kill('final-sigkill', 'kill', 'timeout') },
  'final-sigkill': { ended: end, timeout: (state) => dead(worse(state, 'timeout')) },
};

/** The next state and what to do. An event that means nothing in a state changes nothing. */
export function step(state: State, event: SocketEvent, commands: Commands): Step {
  // The row is that of the event's own kind.
  const row = ROWS[state.sub][event.name] as ((s: State, e: SocketEvent, c: Commands) => Step) | undefined;
  return row === undefined ? stay(state) : row(state, event, commands);
}

/** Begins with the command of a list, or with what comes behind its last one. */
function go(state: At<Listing>, commands: Commands, ...before: readonly Action[]): Step {
  const { command, behind } = LISTS[state.sub];
  const { state: after, actions }: Step =
    state.at < commands[command]
      ? { state, actions: [{ do: 'run', command, at: state.at }, TIMER] }
      : behind({ ...state, at: 0 }, commands);
  return { state: after, actions: [...before, ...actions] };
}

/** Which commands each list has, and what comes behind the last one. */
const LISTS: Readonly<
  Record<
    Listing,
    { readonly command: SocketCommand; readonly behind: (state: State, commands: Commands) => Step }
  >
> = {
  'start-pre': {
    command: 'startPre',
    behind: (state) => ({ state: { ...state, sub: 'start-open' }, actions: [STOP_TIMER, { do: 'open' }] }),
  },
  'start-post': {
    command: 'startPost',
    behind: (state) => ({
      state: { ...state, sub: 'listening' },
      actions: [STOP_TIMER, { do: 'say', what: 'listening' }, { do: 'flush' }, { do: 'watch' }],
    }),
  },
  'stop-pre': {
    command: 'stopPre',
    behind: (state, commands) => go({ ...state, sub: 'stop-post' }, commands, CLOSE),
  },
  'stop-post': { command: 'stopPost', behind: (state) => dead(state) },
};

/** Nothing of it is left, and it says how it ended. */
function dead(state: State): Step {
  const failed = state.result !== 'success';
  return {
    state: { ...state, sub: failed ? 'failed' : 'dead', at: 0 },
    actions: [STOP_TIMER, UNWATCH, CLOSE, { do: 'say', what: failed ? 'failed' : 'closed' }],
  };
}

/** The first failure stays; only a limit on the starts of the service is said in its place. */
function worse(state: State, result: Result): State {
  if (result === 'service-start-limit-hit') return { ...state, result };
  return state.result === 'success' ? { ...state, result } : state;
}

function stay(state: State): Step {
  return { state, actions: [] };
}
