/** accept(2) failed: who is told, and what is done so that nothing spins. */

import { errnoName, errnoText } from '../sys/errno.ts';
import type { Host } from './serving.ts';

/** The caller left before we came, or somebody else took it: nothing to say (accept(2)). */
const SILENT = new Set([
  'EAGAIN',
  'EINTR',
  'ECONNABORTED',
  'EPROTO',
  'ENOPROTOOPT',
  'ENETDOWN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENONET',
  'EOPNOTSUPP',
]);

/** Nothing to accept with: the caller keeps its place in the backlog. */
const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

const PAUSE_MS = 1000;

/** What a failed accept(2) means: `none` for a caller that left, `exhausted` when there is nothing to accept with. */
export function acceptTrouble(code: string): 'none' | 'exhausted' | 'other' {
  if (SILENT.has(code)) return 'none';
  return EXHAUSTED.has(code) ? 'exhausted' : 'other';
}

/** `errno` is positive. The listener is readable still, so that every lasting error rests for a second. */
export function acceptFailed(host: Host, errno: number): void {
  const code = errnoName(errno);
  const trouble = acceptTrouble(code);
  if (trouble === 'none') return;
  const { service, world } = host;
  if (trouble === 'exhausted') {
    host.apply({ name: 'pause', reason: 'descriptors', pauseMs: PAUSE_MS });
    return;
  }
  const reason = errnoText(code);
  world.emit({
    event: 'accept-failed',
    service: service.name,
    label: service.label,
    code,
    reason,
    suppressed: 0,
  });
  host.apply({ name: 'pause', reason: 'descriptors', pauseMs: PAUSE_MS });
}
