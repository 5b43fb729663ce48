/** The launcher of one child that hosts.allow or hosts.deny change. */

import { type Changes, planChanged } from '../exec/changes.ts';
import { Launcher } from '../exec/launch.ts';
import type { Host } from './serving.ts';

/** A launcher of one start; what the rules change is in its plan. */
export function changedLauncher(
  { service, world }: Pick<Host, 'service' | 'world'>,
  changes: Changes,
): Launcher {
  return new Launcher(world.children, () => planChanged(service, changes, world.defaults));
}
