/** Signals between a launcher and the daemon, and what they ask for under the name that it was called by. */

import type { Face } from './faces.ts';

/** What a super server is told by signals (inetd(8), xinetd(8)). */
export type Signal =
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGTERM'
  | 'SIGQUIT'
  | 'SIGALRM'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGABRT';

/** The signals that reached the launcher before the daemon was loaded, and those that will reach it. */
export interface Signals {
  /** Hands over what came so far, and what comes, to another handler. */
  take(handler: (signal: Signal) => void): void;
}

/**
 * `stop` ends the servers that end with the daemon, `leave` leaves all of them running; `state` logs the state of each
 * service, `dump` writes it to a file; `check` looks whether the daemon's tables agree.
 */
export type Wish = 'reload' | 'retry' | 'state' | 'dump' | 'check' | 'stop' | 'leave';

const INETD: ReadonlyMap<Signal, Wish> = new Map([
  ['SIGHUP', 'reload'],
  ['SIGALRM', 'retry'],
  ['SIGUSR1', 'state'],
  ['SIGINT', 'stop'],
  ['SIGTERM', 'stop'],
  ['SIGQUIT', 'leave'],
]);

const XINETD: ReadonlyMap<Signal, Wish> = new Map([
  ['SIGHUP', 'reload'],
  ['SIGUSR2', 'reload'],
  ['SIGUSR1', 'dump'],
  ['SIGABRT', 'check'],
  ['SIGINT', 'stop'],
  ['SIGTERM', 'stop'],
  ['SIGQUIT', 'leave'],
]);

/** What a signal asks for; undefined: nothing. */
export function wishOf(signal: Signal, face: Face): Wish | undefined {
  return (face === 'xinetd' ? XINETD : INETD).get(signal);
}
