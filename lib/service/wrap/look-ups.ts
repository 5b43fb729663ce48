/** What the rules of hosts.allow and hosts.deny may have to ask the world. */

import type { Lookups } from '../../access/hosts/ask.ts';
import type { Emit } from '../../log/events.ts';
import type { Clock } from '../../sys/clock.ts';
import type { HostNames } from './host-names.ts';
import { identUser } from './ident-user.ts';
import { netgroupAsker } from './netgroups.ts';
import { fromRuleText } from './rule-text.ts';

/** What they stand on. */
export interface LookUpTools {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly names: HostNames;
  /** Runs a command on /dev/null and tells its exit status. */
  readonly run: (command: string) => Promise<number>;
}

/** The look-ups of a daemon: each has its own time-out, and none blocks anybody else. */
export function systemLookUps({ clock, emit, names, run }: LookUpTools): Lookups {
  return {
    hostName: (address) => names.checked(address),
    userName: (request, timeoutMs) => identUser(request, timeoutMs, clock),
    inNetgroup: netgroupAsker({ clock, emit }),
    async aclexec(command) {
      const status = await run(fromRuleText(command));
      emit({ event: 'message', level: 'info', message: `aclexec returned ${status}` });
      return status;
    },
  };
}
