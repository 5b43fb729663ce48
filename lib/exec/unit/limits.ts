/** The limits of a unit's processes (systemd.exec(5), PROCESS PROPERTIES). */

import type { ResourceLimit } from '../../model/service.ts';
import type { Operation } from '../plan.ts';
import type { CommandFacts, CommandRequest } from './command.ts';

/** Open files that a program which loops over them all can bear, and those that it may ask for. */
const OPEN_FILES = { soft: 1024, hard: 524_288 } as const;
/** Bytes of locked memory. */
const LOCKED_MEMORY = 8 << 20;

/** Sets what the unit says, and what it does not where the daemon's own limits are not those of a child. */
export function limitsOf({
  command,
  facts: { defaults, hardLimits },
  unit,
}: CommandRequest & { readonly facts: CommandFacts }): readonly Operation[] {
  const { openFiles } = defaults;
  const asStarted: ResourceLimit = {
    resource: 'nofile',
    soft: Math.min(OPEN_FILES.soft, openFiles.hard),
    hard: Math.min(OPEN_FILES.hard, openFiles.hard),
  };
  const memory = Math.min(LOCKED_MEMORY, hardLimits.memlock ?? LOCKED_MEMORY);
  const others: readonly ResourceLimit[] = [asStarted, { resource: 'memlock', soft: memory, hard: memory }];
  const own = command.privileges === 'full' ? [] : unit.exec.resources;
  return [
    ...others
      .filter(({ resource }) => !own.some((one) => one.resource === resource))
      .map((limit): Operation => ({ op: 'limit', ...limit, because: 'every unit' })),
    ...own.map((limit): Operation => {
      const atMost = limit.resource === 'nofile' ? openFiles.hard : hardLimits[limit.resource];
      return {
        op: 'limit',
        ...limit,
        ...(atMost === undefined || atMost >= limit.hard ? {} : { atMost }),
        because: `Limit${limit.resource.toUpperCase()}=`,
      };
    }),
  ];
}
