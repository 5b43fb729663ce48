/** What a rule of hosts.allow or hosts.deny changes for the one child that is started under it (hosts_options(5)). */

import type { Program, Service } from '../model/service.ts';
import { type Environment, withoutStarted } from './environment.ts';
import {
  type ChildDefaults,
  type Identity,
  identity,
  type Operation,
  planChild,
  type SpawnPlan,
} from './plan.ts';

/** All of it beside the plan of the service. */
export interface Changes {
  readonly environment: Environment;
  readonly umask: number | null;
  /** Added to the nice value of the service's children. */
  readonly nice: number;
  readonly identity: Identity | null;
  /** Run by the shell in the place of the service's own program (twist). */
  readonly command: string | null;
}

/** Nothing is changed. */
export const NO_CHANGES: Changes = { environment: {}, umask: null, nice: 0, identity: null, command: null };

/** The plan of one child under changes; a built-in service has one only with a command. */
export function planChanged(service: Service, changes: Changes, defaults: ChildDefaults): SpawnPlan {
  const plan = planFor(service, changes, defaults);
  const because = 'hosts.allow or hosts.deny';
  const { identity: changed, umask } = changes;
  const ids: readonly Operation['op'][] = ['setgroups', 'setgid', 'setuid'];
  const operations = plan.operations
    .filter(({ op }) => changed === null || !ids.includes(op))
    .map((operation) =>
      operation.op === 'umask' && umask !== null ? { ...operation, mask: umask, because } : operation,
    );
  // The ids stay the last thing before the program.
  const program = operations.findIndex(({ op }) => op === 'exec');
  return {
    ...plan,
    environment: withoutStarted({ ...plan.environment, ...changes.environment }, service.setup),
    operations: [
      ...operations.slice(0, program),
      ...(changed === null ? [] : identity(changed)),
      ...operations.slice(program),
    ],
  };
}

function planFor(service: Service, { command, nice }: Changes, defaults: ChildDefaults): SpawnPlan {
  const own = { ...service.setup, nice: service.setup.nice + nice };
  if (command === null && service.action.kind === 'exec') {
    return planChild({ ...service, setup: own }, service.action, defaults);
  }
  const setup = { ...own, peerArgument: false };
  return planChild({ ...service, setup }, shell(command ?? ''), defaults);
}

/** `/bin/sh -c COMMAND`. */
export function shell(command: string): Program {
  return { kind: 'exec', program: '/bin/sh', argv: ['sh', '-c', command] };
}
