/** What stands against the start of a unit at the moment when it would begin. */

import type { Emit } from '../log/events.ts';
import type { Facts } from './condition-tests.ts';
import { unmet } from './conditions.ts';
import { say } from './messages.ts';
import type { UnitRunner } from './types.ts';

/** Null: conditions hold, and the unit itself has nothing against it. Else how the job ends, which was said. */
export function hindranceOf(
  runner: UnitRunner,
  { emit, facts }: { readonly emit: Emit; readonly facts: Facts },
): 'skipped' | 'assert' | 'failed' | null {
  const { head } = runner.unit;
  const condition = unmet(head.conditions, 'Condition', facts);
  if (condition !== null) {
    if (condition === '') say(emit, head, 'conditions-unmet');
    else say(emit, head, 'condition-unmet', condition);
    return 'skipped';
  }
  const assertion = unmet(head.asserts, 'Assert', facts);
  if (assertion !== null) {
    say(emit, head, 'assert-unmet', assertion);
    return 'assert';
  }
  const refusal = runner.refusal?.() ?? null;
  if (refusal === null) return null;
  say(emit, head, 'problem', refusal);
  return 'failed';
}
