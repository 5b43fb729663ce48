/** hosts_access(3): hosts.allow, then hosts.deny; the first rule that matches decides. */

import { isNeed, type Lookups, resolve } from './ask.ts';
import { carryOut } from './carry-out.ts';
import type { Facts, Need } from './facts.ts';
import type { Rule, Table, Tables } from './load.ts';
import type { Effect, Verdict } from './verdict.ts';

/**
 * Decides one request. It asks only what a rule needs, in the order of the rules; when that is nothing, the verdict is
 * there at once and no promise is made.
 */
export function decide(tables: Tables, facts: Facts, lookups: Lookups): Verdict | Promise<Verdict> {
  return resolve(() => judge(tables, facts), facts, lookups);
}

const NO_EFFECTS: readonly Effect[] = [];
const NO_RULE: Verdict = { kind: 'granted', rule: null, effects: NO_EFFECTS };
const BROKEN = 'hosts.deny cannot be read to its end';

/** The whole way from the first rule on; what had to be asked for is among the facts the next time. */
function judge({ allow, deny, strict }: Tables, facts: Facts): Verdict | Need {
  const rule = search(allow, facts);
  if (rule === null) return judgeByDeny(deny, facts, NO_EFFECTS, false);
  if ('need' in rule) return rule;
  const carried = carryOut(rule, facts, NO_EFFECTS);
  if (isNeed(carried) || 'kind' in carried) return carried;
  const { effects, aclexec } = carried;
  if (aclexec !== 'failed') return { kind: 'granted', rule: rule.place, effects };
  // libwrap goes on with hosts.deny, and grants when that says nothing.
  if (strict) return judgeByDeny(deny, facts, effects, true);
  return { kind: 'refused', rule: rule.place, effects, error: null };
}

/** `failed`: an aclexec of hosts.allow failed; libwrap still remembers that at a rule with options of its own. */
function judgeByDeny(deny: Table, facts: Facts, before: readonly Effect[], failed: boolean): Verdict | Need {
  const rule = search(deny, facts);
  if (rule === null) return withoutRule(deny, before);
  if ('need' in rule) return rule;
  const carried = carryOut(rule, facts, before);
  if (isNeed(carried) || 'kind' in carried) return carried;
  const { effects, aclexec } = carried;
  const opposite = aclexec === 'failed' || (aclexec === 'none' && failed && rule.options !== null);
  if (opposite) return { kind: 'granted', rule: rule.place, effects };
  return { kind: 'refused', rule: rule.place, effects, error: null };
}

function search({ rules }: Table, facts: Facts): Rule | Need | null {
  for (const rule of rules) {
    const answer = rule.matches(facts);
    if (answer === true) return rule;
    if (answer !== false) return answer;
  }
  return null;
}

function withoutRule({ broken }: Table, effects: readonly Effect[]): Verdict {
  if (broken) return { kind: 'refused', rule: null, effects, error: BROKEN };
  return effects.length === 0 ? NO_RULE : { kind: 'granted', rule: null, effects };
}
