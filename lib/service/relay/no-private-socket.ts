/** A private socket between the daemon and a server could not be had: said, and tried again later. */

import { errnoText } from '../../sys/errno.ts';
import { SystemError } from '../../sys/errors.ts';
import { type Host, programOf } from '../serving.ts';

/** How long the service rests: what is missing is seldom there a moment later, ms. */
const PAUSE_MS = 10_000;

/** Callers wait in the backlog meanwhile; nobody gets around the checks instead. */
export function noPrivateSocket(host: Host, error: unknown): void {
  if (!(error instanceof SystemError)) throw error;
  const { service, world } = host;
  world.emit({
    event: 'start-failed',
    service: service.name,
    label: service.label,
    program: programOf(service),
    step: `private socket, ${error.syscall}`,
    code: error.code,
    reason: errnoText(error.code),
  });
  host.apply({ name: 'pause', reason: 'looping', pauseMs: PAUSE_MS });
}
