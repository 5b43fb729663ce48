/** inetd counts starts in a minute, xinetd in a second: what one becomes of the other. */

import type { Limits } from '../../model/service.ts';

/** What xinetd.conf(5) gives to a service without cps. */
export const USUAL_CPS = { rate: 50, pauseMs: 10_000 } as const;

/** Whether a rate is the one that every xinetd service has. */
export function isUsualCps(rate: Limits['perSecond']): boolean {
  return rate?.rate === USUAL_CPS.rate && rate.pauseMs === USUAL_CPS.pauseMs;
}

/**
 * The words of cps; null: the usual one. A limit by the minute becomes the rate that it allows in the long run. The usual
 * limit of an inetd becomes the usual one of xinetd: as a rate it would close the port to six callers at once.
 */
export function cpsOf(
  { perSecond, perMinute }: Limits,
  usualPerMinute: number | null,
): readonly string[] | null {
  if (perSecond !== null) {
    return isUsualCps(perSecond) ? null : words(perSecond.rate, Math.ceil(perSecond.pauseMs / 1000));
  }
  if (perMinute === null) return words(0, 10);
  return perMinute === 0 || perMinute === usualPerMinute ? null : words(Math.ceil(perMinute / 60), 10);
}

function words(rate: number, pauseSeconds: number): readonly string[] {
  return [String(rate), String(pauseSeconds)];
}

/** Starts a minute; null: no limit; undefined: what the inetd itself has. */
export function perMinuteOf({ perSecond, perMinute }: Limits): number | null | undefined {
  if (perMinute !== null) return perMinute;
  if (perSecond === null) return null;
  return isUsualCps(perSecond) ? undefined : 60 * perSecond.rate;
}
