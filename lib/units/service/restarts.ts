/** Whether and when a service comes back by itself (systemd.service(5), Restart=, RestartSec=). */

import type { ServiceUnit } from '../../model/service-unit.ts';
import { isIn } from './exits.ts';
import type { Life, Result } from './life.ts';

type Restart = ServiceUnit['restart'];

// biome-ignore format: a table
const RESTARTS: Readonly<Record<Restart, readonly Result[]>> = {
  no: [],
  always: ['success', 'exit-code', 'signal', 'core-dump', 'timeout', 'watchdog', 'resources', 'protocol'],
  'on-success': ['success'],
  'on-failure': ['exit-code', 'signal', 'core-dump', 'timeout', 'watchdog', 'resources', 'protocol'],
  'on-abnormal': ['signal', 'core-dump', 'timeout', 'watchdog', 'resources', 'protocol'],
  'on-abort': ['signal', 'core-dump'],
  'on-watchdog': ['watchdog'],
};

/** Whether a life that ends like this is followed by another. */
export function comesBack({ mainExit, result, stopped }: Life, unit: ServiceUnit): boolean {
  if (stopped) return false;
  if (mainExit !== null && isIn(unit.restartPrevent, mainExit)) return false;
  if (mainExit !== null && isIn(unit.restartForce, mainExit)) {
    return !(unit.type === 'oneshot' && result === 'success');
  }
  return RESTARTS[unit.restart].includes(result);
}

/**
 * The delay before the next restart, when there were so many already: with RestartSteps= it grows by the same factor each
 * time until it is RestartMaxDelaySec=.
 */
export function restartDelayMs(restarts: number, unit: ServiceUnit): number {
  const { restartMaxDelayMs: most, restartMs: first, restartSteps: steps } = unit;
  if (steps === 0 || most === null || first === 0 || most <= first || restarts === 0) return first;
  return restarts >= steps ? most : first * (most / first) ** (restarts / steps);
}
