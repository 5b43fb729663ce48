/** Signals between a launcher and the daemon. */

/** The signals that reached the launcher before the daemon was loaded, and those that will reach it. */
export interface Signals {
  /** Hands over what came so far, and what comes, to another handler. */
  take(handler: (signal: NodeJS.Signals) => void): void;
}
