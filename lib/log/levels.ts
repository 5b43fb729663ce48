/** How loud each event is. */

import type { Event, Level } from './events.ts';

/** The numbers of syslog(3): the lower, the louder. */
export const SEVERITY: Readonly<Record<Level, number>> = {
  crit: 2,
  err: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
};

type Rule<E> = Level | ((event: E) => Level);
type Rules = { readonly [K in Event['event']]: Rule<Extract<Event, { event: K }>> };

const RULES: Rules = {
  listening: 'info',
  closed: 'info',
  'bind-failed': 'err',
  started: ({ level }) => level ?? 'info',
  'handed-over': 'info',
  builtin: 'info',
  'builtin-ended': 'debug',
  exited: (event) => (event.wait && event.status !== 0 ? 'warning' : 'info'),
  'start-failed': 'err',
  // FreeBSD's inetd says these two as errors.
  refused: ({ reason, level }) =>
    level ?? (reason === 'per-address-rate' || reason === 'per-address-children' ? 'err' : 'warning'),
  'accept-failed': 'warning',
  paused: ({ reason }) => PAUSE_LEVELS[reason],
  resumed: 'notice',
  identified: 'info',
  relayed: 'info',
  unreached: 'err',
  sensed: 'crit',
  forgiven: 'info',
  disallowed: 'notice',
  ending: 'warning',
  rpc: 'info',
  reloading: 'notice',
  applying: 'debug',
  changed: 'info',
  removed: 'notice',
  reloaded: 'notice',
  'reload-failed': 'err',
  diagnostic: ({ severity }) => DIAGNOSTIC_LEVELS[severity],
  ready: 'notice',
  stopping: 'notice',
  stopped: 'notice',
  dropped: 'warning',
  state: 'notice',
  unit: ({ level }) => level,
  output: ({ level }) => level,
  message: ({ level }) => level,
};

const PAUSE_LEVELS = {
  rate: 'err',
  looping: 'err',
  descriptors: 'warning',
  spawn: 'warning',
  // A full house is not a fault: callers wait in the backlog.
  children: 'notice',
} as const;

const DIAGNOSTIC_LEVELS = { error: 'err', warning: 'warning', note: 'info' } as const;

/** The level of an event. */
export function levelOf(event: Event): Level {
  const rule = RULES[event.event] as Rule<Event>;
  return typeof rule === 'string' ? rule : rule(event);
}

/**
 * Whether the event is the normal course of one connection or server: what inetd(8) tells only with `-l`. The bad end of
 * a `wait` server is not among them.
 */
export function isRoutine(event: Event): boolean {
  return event.event === 'exited' ? !event.wait || event.status === 0 : ROUTINE.has(event.event);
}

const ROUTINE: ReadonlySet<Event['event']> = new Set<Event['event']>([
  'started',
  'builtin',
  'builtin-ended',
  'handed-over',
  'identified',
  'relayed',
]);
