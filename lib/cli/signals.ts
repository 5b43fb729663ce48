/** Signals between a launcher and the daemon. */

/** What a super server is told by signals (inetd(8)). */
export type Signal = 'SIGHUP' | 'SIGINT' | 'SIGTERM' | 'SIGQUIT' | 'SIGALRM' | 'SIGUSR1' | 'SIGUSR2';

/** The signals that reached the launcher before the daemon was loaded, and those that will reach it. */
export interface Signals {
  /** Hands over what came so far, and what comes, to another handler. */
  take(handler: (signal: Signal) => void): void;
}
