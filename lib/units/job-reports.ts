/** What the log says when the job of a unit begins and ends. */

import type { World } from '../service/serving.ts';
import type { EndedJob } from './jobs.ts';
import { say } from './messages.ts';
import type { UnitRunner } from './types.ts';

/** Tells of services; a socket says itself that it listens. */
export function reportBegin({ name, unit }: UnitRunner, verb: 'start' | 'stop', world: World): void {
  if (unit.kind === 'service' && isTold(name, world)) {
    say(world.emit, unit.head, verb === 'start' ? 'starting' : 'stopping');
  }
}

/** Tells how the job of a unit ended. */
export function reportEnd(
  { active, name, unit }: UnitRunner,
  { began, result, verb }: EndedJob,
  world: World,
): void {
  const { emit } = world;
  const { head } = unit;
  if (result === 'dependency') say(emit, head, 'dependency-failed');
  if (unit.kind === 'socket') {
    if (began && verb === 'start' && result === 'failed') say(emit, head, 'listen-failed');
    return;
  }
  if (!began || !isTold(name, world)) return;
  if (result === 'failed') say(emit, head, 'start-failed');
  else if (result === 'done' && verb === 'stop') say(emit, head, 'stopped');
  else if (result === 'done') say(emit, head, active === 'inactive' ? 'finished' : 'started');
}

/** An instance of a template: instances come and go with their callers. */
export function isInstance(name: string): boolean {
  return name.includes('@');
}

/** Instances are told of where an event for each connection is wanted. */
function isTold(name: string, { connections }: World): boolean {
  return connections || !isInstance(name);
}
