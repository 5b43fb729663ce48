/** The gates of a service in their order, as far as they can be asked without a daemon. */

import { accessListsOf } from '../access/access-lists.ts';
import { addressKeyOf } from '../access/address-key.ts';
import { type Explanation, explainAccess } from '../access/explain.ts';
import { PARANOID, UNKNOWN } from '../access/hosts/text-pattern.ts';
import { isWithin } from '../access/hours.ts';
import { printable } from '../diagnostics/render.ts';
import type { AddressRule, Hours } from '../model/access.ts';
import type { Service } from '../model/service.ts';
import { limitTexts, ruleText } from './explain-gates.ts';

/** What one gate says: `counts` depends on callers before, which only a daemon knows. */
export interface Step {
  readonly gate: 'limits' | 'load' | 'hours' | 'sensor' | 'lists' | 'wrappers' | 'ident';
  readonly outcome: 'passes' | 'refuses' | 'counts';
  /** The rule, and how the caller or the hour stands to it. */
  readonly because: string;
}

/** Who calls, and when. */
export interface Question {
  readonly address: string;
  /** The caller's checked name, `unknown` or `paranoid` as in hosts_access(5); asked for only where it matters. */
  readonly name: () => Promise<string>;
  /** The load average of one minute. */
  readonly load: number;
  /** The minute of the local day. */
  readonly minute: number;
}

/** Every gate that the service has, but hosts.allow and hosts.deny, up to the first one that refuses. */
export async function stepsOf(service: Service, question: Question): Promise<readonly Step[]> {
  const { access, limits, action, reception } = service;
  const steps: Step[] = limitTexts(limits).map((because) => ({ gate: 'limits', outcome: 'counts', because }));
  if (access.maxLoad !== null) steps.push(loadStep(access.maxLoad, question.load));
  if (access.hours !== null) steps.push(hoursStep(access.hours, question.minute));
  if (action.kind === 'sensor') steps.push(sensorStep(action.denyMinutes));
  const lists = await listsStep(service, question);
  if (lists !== null) steps.push(lists);
  if (reception?.ident === 'require') {
    steps.push({
      gate: 'ident',
      outcome: 'counts',
      because: 'the caller must say who its user is (RFC 1413)',
    });
  }
  return steps;
}

function loadStep(most: number, load: number): Step {
  const because = `the load is ${load.toFixed(2)}, at most ${most} is served`;
  return { gate: 'load', outcome: load > most ? 'refuses' : 'passes', because };
}

function hoursStep(hours: readonly Hours[], minute: number): Step {
  const ranges = hours.map(({ from, to }) => `${clock(from)}-${clock(to)}`).join(' ');
  return {
    gate: 'hours',
    outcome: isWithin(hours, minute) ? 'passes' : 'refuses',
    because: `it is ${clock(minute)}, served is ${ranges === '' ? 'at no time' : ranges}`,
  };
}

function clock(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function sensorStep(denyMinutes: number | 'forever'): Step {
  const what =
    denyMinutes === 0
      ? 'is only logged'
      : `is refused by every service ${denyMinutes === 'forever' ? 'for ever' : `for ${denyMinutes} minutes`}`;
  return { gate: 'sensor', outcome: 'refuses', because: `nobody is served; who calls ${what}` };
}

/** The name is asked for only where the address alone does not decide. */
async function listsStep({ access }: Service, { address, name }: Question): Promise<Step | null> {
  const lists = accessListsOf(access);
  if (lists === null) return null;
  const key = addressKeyOf(address);
  const asked = lists.ask(key) === 'ask-name';
  const known = asked ? checked(await name()) : null;
  const explanation = explainAccess(access, key, known);
  const because = [
    ...(asked ? [known === null ? 'no name leads back to it' : `its name is ${printable(known)}`] : []),
    listsText(explanation),
  ].join('; ');
  return { gate: 'lists', outcome: explanation.verdict === 'address' ? 'refuses' : 'passes', because };
}

function listsText({ because, never, only }: Explanation): string {
  switch (because) {
    case 'never':
      return `no_access names it${element(never)}${only === null ? '' : `, though only_from does too${element(only)}`}`;
    case 'unnamed':
      return `no_access may mean it${element(never)}`;
    case 'only':
      return `only_from names it${element(only)}`;
    case 'not-only':
      return 'only_from does not name it';
    case 'open':
      return 'no_access does not name it';
  }
}

function element(rule: AddressRule | null): string {
  return rule === null ? '' : `: ${ruleText(rule)}`;
}

/** A name that does not lead back to the address is none. */
function checked(name: string): string | null {
  return name === UNKNOWN || name === PARANOID ? null : name;
}
