/** Netgroups in rules of hosts.allow and hosts.deny: `@trusted`. */

import type { Emit } from '../../log/events.ts';
import type { Clock } from '../../sys/clock.ts';
import { hasCode } from '../../sys/errors.ts';
import { inNetgroup } from '../../sys/netgroup.ts';
import { fromRuleText } from './rule-text.ts';
import { Turns } from './turns.ts';

/** What it stands on; `ask` is innetgr(3). */
export interface NetgroupTools {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly ask?: (group: string, host: string) => Promise<boolean>;
}

/** How long a caller waits for an answer, ms. */
const TIMEOUT_MS = 5000;

/** Groups that something was said about: what a stranger can put into them must not fill the memory. */
const MOST_SAID = 100;

/**
 * Tells whether a host is a member. Whom nobody vouches for in time is none, and so is everybody where libc has no
 * netgroups; both are said once for each group. It never rejects.
 */
export function netgroupAsker({
  clock,
  emit,
  ask = inNetgroup,
}: NetgroupTools): (group: string, host: string) => Promise<boolean> {
  const turns = new Turns({ atOnce: 1, patienceMs: TIMEOUT_MS, clock });
  const said = new Set<string>();
  const sayOnce = (group: string, message: string) => {
    if (said.has(group) || said.size >= MOST_SAID) return;
    said.add(group);
    emit({ event: 'message', level: 'warning', message });
  };
  return (group, host) =>
    new Promise((resolve) => {
      const end = (member: boolean | null) => {
        cancel();
        if (member === null) sayOnce(group, `netgroup @${group}: no answer within ${TIMEOUT_MS / 1000} s`);
        resolve(member ?? false);
      };
      const cancel = clock.after(TIMEOUT_MS, () => end(null));
      const answer = turns.take('', () => ask(fromRuleText(group), host));
      answer.then(end, (error: unknown) => {
        const why = hasCode(error, 'ENOSYS') ? 'netgroups are not looked up' : (error as Error).message;
        sayOnce(group, `${why}: nobody is taken for a member of @${group}`);
        end(false);
      });
    });
}
