/** How often a unit may be started (systemd.unit(5), StartLimitIntervalSec=): a window, as a value of the life of a service. */

import type { WindowLimit } from '../../model/unit.ts';
import type { Life } from './life.ts';

type Starts = Life['starts'];

/** Counts a start; null: it is one too many. `now` is monotonic, ms. */
export function countStart(starts: Starts, limit: WindowLimit, now: number): Starts | null {
  if (limit === null || limit.burst === 0 || limit.intervalMs === 0) return starts;
  if (now >= starts.endsAt) return { endsAt: now + limit.intervalMs, count: 1 };
  return starts.count < limit.burst ? { ...starts, count: starts.count + 1 } : null;
}
