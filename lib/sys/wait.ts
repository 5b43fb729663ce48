/** Reaping one child at a time (wait4(2)). */

import { constant } from './constants.ts';
import { native } from './native.ts';

/**
 * How a child ended; `status` or `signal` (a number) is null. Times are ms of processor time. `maxRssKb` is never below what
 * the daemon itself had at the start, whose memory the child shared until its exec: so the kernel counts.
 */
export interface Exit {
  readonly pid: number;
  readonly status: number | null;
  readonly signal: number | null;
  /** The signal left a core dump. */
  readonly dumped?: boolean;
  readonly userMs: number;
  readonly systemMs: number;
  readonly maxRssKb: number;
}

const WNOHANG = constant('WNOHANG');
const numbers = new Float64Array(4);

/** Any child that has ended, or null when there is none now. It takes exits away from everybody else in the process. */
export function waitAny(): Exit | null {
  const pid = native.wait4(-1, WNOHANG, numbers);
  if (pid <= 0) return null;
  const [status = 0, userUs = 0, systemUs = 0, maxRssKb = 0] = numbers;
  const signal = status & 0x7f;
  return {
    pid,
    status: signal === 0 ? (status >> 8) & 0xff : null,
    signal: signal === 0 ? null : signal,
    dumped: (status & 0x80) !== 0,
    userMs: userUs / 1000,
    systemMs: systemUs / 1000,
    maxRssKb,
  };
}
