/** Answers the questions that a decision depends on, one after the other, each at most once. */

import { type Facts, type Need, netgroupKey, type Request } from './facts.ts';
import { UNKNOWN } from './text-pattern.ts';

/** What the rules may have to ask the world. A rejected promise counts as: unknown, no member, command failed. */
export interface Lookups {
  /**
   * The host name of an address, checked forward: one of its addresses is this one. `unknown` when there is none,
   * `paranoid` when the name does not lead back to the address.
   */
  hostName(address: string): Promise<string>;
  /** The caller's user name by RFC 931, `unknown` when nobody tells it in time. Streams only. */
  userName(request: Request, timeoutMs: number): Promise<string>;
  /** Whether a host (or `unknown`) belongs to a netgroup, innetgr(3). */
  inNetgroup(group: string, host: string): Promise<boolean>;
  /** Runs `/bin/sh -c COMMAND` on /dev/null; its exit status, for a signal any number but 0. */
  aclexec(command: string): Promise<number>;
}

/** Whether something is a question. */
export function isNeed<T extends object>(value: T | Need): value is Need {
  return 'need' in value;
}

/** Tries, and as long as that gives a question, asks it and tries again. At once when nothing is to be asked. */
export function resolve<T extends object>(
  attempt: () => T | Need,
  facts: Facts,
  lookups: Lookups,
): T | Promise<T> {
  const first = attempt();
  return isNeed(first) ? resolveLater(first, attempt, facts, lookups) : first;
}

async function resolveLater<T extends object>(
  first: Need,
  attempt: () => T | Need,
  facts: Facts,
  lookups: Lookups,
): Promise<T> {
  let next: T | Need = first;
  while (isNeed(next)) {
    await learn(next, facts, lookups);
    next = attempt();
  }
  return next;
}

/** Every way through stores an answer, so that no question is asked twice. */
async function learn(need: Need, facts: Facts, lookups: Lookups): Promise<void> {
  switch (need.need) {
    case 'name':
      need.host.name = await lookups.hostName(need.host.address).catch(() => UNKNOWN);
      return;
    case 'user':
      facts.user = await lookups.userName(facts.request, need.timeoutMs).catch(() => UNKNOWN);
      return;
    case 'netgroup': {
      const member = await lookups.inNetgroup(need.group, need.host).catch(() => false);
      facts.netgroups.set(netgroupKey(need.group, need.host), member);
      return;
    }
    case 'aclexec':
      facts.statuses.set(need.option, await lookups.aclexec(need.command).catch(() => 127));
  }
}
