/** Condition…= and Assert…= of units (systemd.unit(5), CONDITIONS AND ASSERTS): whether they hold on this machine now. */

import type { Condition } from '../model/unit.ts';
import { type Facts, TESTS } from './condition-tests.ts';

/** Null: they hold. Else the first that does not, as it is written; `''`: none of the alternatives does. */
export function unmet(
  conditions: readonly Condition[],
  kind: 'Condition' | 'Assert',
  facts: Facts,
): string | null {
  const alternatives = conditions.filter(({ alternative }) => alternative);
  const failed = conditions.find((condition) => !condition.alternative && !holds(condition, facts));
  if (failed !== undefined) return textOf(failed, kind);
  return alternatives.length === 0 || alternatives.some((condition) => holds(condition, facts)) ? null : '';
}

function holds({ negated, test, value }: Condition, facts: Facts): boolean {
  const ask = TESTS.get(test);
  // What superd does not ask counts as met; what a test cannot tell is not so, and neither is its contrary.
  if (ask === undefined) return true;
  const result = ask(value, facts);
  return result === null ? false : result !== negated;
}

function textOf({ negated, test, value }: Condition, kind: string): string {
  return `${kind}${test}=${negated ? '!' : ''}${value}`;
}
