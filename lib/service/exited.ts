/** The end of a child as an event. */

import type { Exit } from '../exec/launch.ts';
import type { Event } from '../log/events.ts';
import type { Service } from '../model/service.ts';
import { programOf } from './serving.ts';

/** `wait`: it had the listeners of the service. The child's largest size is not told: until exec it shared ours. */
export function exitedEvent(
  service: Service,
  { pid, signal, status, systemMs, userMs }: Exit,
  { durationMs, wait }: { readonly durationMs: number; readonly wait: boolean },
): Event {
  const program = programOf(service);
  return {
    event: 'exited',
    service: service.name,
    program,
    pid,
    status,
    signal,
    wait,
    durationMs,
    userMs,
    systemMs,
  };
}
