/** Descriptors that were passed to this process (sd_listen_fds(3)). */

/** The first one that is passed. */
export const FIRST_PASSED = 3;

const MOST = 10_000;

/** How many descriptors, from the first one on, are meant for the process `pid`; 0 when the variables are another's. */
export function passedCount(environment: NodeJS.ProcessEnv, pid: number): number {
  if (environment.LISTEN_PID !== String(pid) || !/^\d{1,5}$/.test(environment.LISTEN_FDS ?? '')) return 0;
  return Math.min(Number(environment.LISTEN_FDS), MOST);
}
