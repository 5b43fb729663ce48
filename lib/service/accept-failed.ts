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

/** `errno` is positive. The listener is readable still, so that every lasting error rests for a second. */
export function acceptFailed(host: Host, errno: number): void {
  const code = errnoName(errno);
  if (SILENT.has(code)) return;
  const { service, world } = host;
  if (EXHAUSTED.has(code)) {
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
