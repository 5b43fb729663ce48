/** Time, as an argument of what depends on it. */

/** Cancels a timer; after it fired, nothing happens. */
export type Cancel = () => void;

/** The only source of time of the running daemon; specs hand in one they move by hand. */
export interface Clock {
  /** Monotonic milliseconds; only differences mean something. */
  now(): number;
  /** Wall-clock milliseconds since 1970 (daytime, time, log lines). */
  wall(): number;
  /** Calls `action` once after `delayMs`. A pending timer does not keep the process alive. */
  after(delayMs: number, action: () => void): Cancel;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(delayMs, action) {
    // setTimeout fires at once for delays of 2^31 ms and more.
    const timer = setTimeout(action, Math.min(delayMs, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
