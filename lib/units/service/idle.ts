/** Whether a service that is there for its callers has none any more (X-IdleTimeoutSec=). */

/** What was seen of the service's use at one moment. */
export interface Sample {
  /** Established connections to its listeners; null: nobody can tell. */
  readonly connections: number | null;
  /** Connections or bytes that wait in its listeners. */
  readonly waiting: number;
  /** What the service itself says, if anything: it overrules the connections. */
  readonly use: 'idle' | 'busy' | null;
}

/** What is remembered between two samples; times are monotonic ms. */
export interface IdleWatch {
  readonly startedAt: number;
  /** Since when nobody was seen; null: somebody was there a moment ago. */
  readonly since: number | null;
  /** Whether anybody was served since the start. */
  readonly served: boolean;
}

/** A service that has just started. */
export function beginIdle(now: number): IdleWatch {
  return { startedAt: now, since: now, served: false };
}

/** How often to look: a quarter of the time, but no more than once a second. */
export function sampleEveryMs(idleMs: number): number {
  return Math.max(1000, idleMs / 4);
}

/**
 * Takes a sample. It is to be stopped when nobody was seen for `idleMs` without a break; one that never served anybody
 * has twice as long since its start: its first caller may still be on the way.
 */
export function watchIdle(
  watch: IdleWatch,
  sample: Sample,
  { idleMs, now }: { readonly idleMs: number; readonly now: number },
): { readonly watch: IdleWatch; readonly stop: boolean } {
  if (isUsed(sample)) return { watch: { ...watch, since: null, served: true }, stop: false };
  const since = watch.since ?? now;
  const alone = now - since >= idleMs;
  const settled = now - watch.startedAt >= (watch.served ? idleMs : 2 * idleMs);
  return { watch: { ...watch, since }, stop: alone && settled };
}

function isUsed({ connections, use, waiting }: Sample): boolean {
  if (waiting > 0) return true;
  if (use !== null) return use === 'busy';
  // What cannot be counted is not known to be idle.
  return connections === null || connections > 0;
}
