/** When callers are served: access_times of xinetd.conf(5). */

import type { Hours } from '../model/access.ts';

/** Whether a minute of the local day lies in one of the spans, both ends included. Without any span there is no such time. */
export function isWithin(hours: readonly Hours[], minute: number): boolean {
  return hours.some(({ from, to }) => from <= minute && minute <= to);
}
