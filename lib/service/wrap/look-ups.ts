/** What the rules of hosts.allow and hosts.deny may have to ask the world. */

import type { Lookups } from '../../access/hosts/ask.ts';
import type { Emit } from '../../log/events.ts';
import type { Clock } from '../../sys/clock.ts';
import { rememberingNames } from './host-name.ts';
import { identUser } from './ident-user.ts';
import { fromRuleText } from './rule-text.ts';

/** What they stand on. */
export interface LookUpTools {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Runs a command on /dev/null and tells its exit status. */
  readonly run: (command: string) => Promise<number>;
}

/** The look-ups of a daemon. Netgroups are not looked up: no host is a member, and each group is said once. */
export function systemLookUps({ clock, emit, run }: LookUpTools): Lookups {
  const unasked = new Set<string>();
  return {
    hostName: rememberingNames(clock),
    userName: (request, timeoutMs) => identUser(request, timeoutMs, clock),
    inNetgroup(group) {
      if (!unasked.has(group)) {
        unasked.add(group);
        const message = `netgroups are not looked up: nobody is taken for a member of @${group}`;
        emit({ event: 'message', level: 'warning', message });
      }
      return Promise.resolve(false);
    },
    async aclexec(command) {
      const status = await run(fromRuleText(command));
      emit({ event: 'message', level: 'info', message: `aclexec returned ${status}` });
      return status;
    },
  };
}
