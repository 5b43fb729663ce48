/** What the options of the rule that decides come to: a verdict of their own, or effects beside the file's. */

import { isNeed } from './ask.ts';
import { expand } from './expand.ts';
import { type Facts, type Need, USER_TIMEOUT_MS } from './facts.ts';
import type { Rule } from './load.ts';
import { type Option, type OptionOf, readAssignment } from './options.ts';
import { chop } from './split.ts';
import type { Effect, Verdict } from './verdict.ts';

/** The options leave the verdict to the file; `aclexec` is how the last one ended. */
export interface Carried {
  readonly effects: readonly Effect[];
  readonly aclexec: 'none' | 'succeeded' | 'failed';
}

/** Goes through the options of a rule in order, behind the effects of a rule before it. */
export function carryOut(rule: Rule, facts: Facts, before: readonly Effect[]): Carried | Verdict | Need {
  const { options, place } = rule;
  if (options === null) return { effects: before, aclexec: 'none' };
  const effects = [...before];
  let aclexec: Carried['aclexec'] = 'none';
  for (const option of options.list) {
    const step = stepOf(option, facts);
    switch (step.step) {
      case 'ask':
        return step.need;
      case 'effect':
        effects.push(step.effect);
        break;
      case 'wrong':
        return { kind: 'refused', rule: place, effects, error: step.error };
      case 'status':
        aclexec = step.status === 0 ? 'succeeded' : 'failed';
        break;
      case 'twist':
        return { kind: 'twisted', rule: place, effects, command: step.command };
      case 'allow':
        return { kind: 'granted', rule: place, effects };
      case 'deny':
        return { kind: 'refused', rule: place, effects, error: null };
      case 'none':
    }
  }
  if (options.error === null) return { effects, aclexec };
  return { kind: 'refused', rule: place, effects, error: options.error.message };
}

type Step =
  | { readonly step: 'ask'; readonly need: Need }
  | { readonly step: 'effect'; readonly effect: Effect }
  | { readonly step: 'wrong'; readonly error: string }
  | { readonly step: 'status'; readonly status: number }
  | { readonly step: 'twist'; readonly command: string }
  | { readonly step: 'allow' | 'deny' | 'none' };

function stepOf(option: Option, facts: Facts): Step {
  switch (option.kind) {
    case 'allow':
    case 'deny':
      return { step: option.kind };
    case 'spawn':
      return filledIn(option.command, facts, (command) => effect({ kind: 'spawn', command }));
    case 'twist':
      return filledIn(option.command, facts, (command) => ({ step: 'twist', command }));
    case 'aclexec':
      return filledIn(option.command, facts, (command) => statusOf(option, command, facts));
    case 'setenv':
      return filledIn(option.assignment, facts, assign);
    case 'rfc931':
      return facts.user === null ? askUser(option) : { step: 'none' };
    case 'banners':
      return effect({ kind: 'banners', file: `${option.directory}/${facts.request.daemon}` });
    case 'severity':
    case 'nice':
    case 'umask':
    case 'user':
    case 'group':
    case 'keepalive':
    case 'linger':
      return effect(option);
  }
}

function effect(what: Effect): Step {
  return { step: 'effect', effect: what };
}

function filledIn(template: string, facts: Facts, then: (text: string) => Step): Step {
  const expansion = expand(template, facts);
  if (expansion === null) return { step: 'wrong', error: 'expansion too long' };
  return isNeed(expansion) ? { step: 'ask', need: expansion } : then(chop(expansion.text));
}

function statusOf(option: OptionOf<'aclexec'>, command: string, { statuses }: Facts): Step {
  const status = statuses.get(option);
  if (status === undefined) return { step: 'ask', need: { need: 'aclexec', option, command } };
  return { step: 'status', status };
}

function assign(text: string): Step {
  const assignment = readAssignment(text);
  if (assignment === null) return { step: 'wrong', error: `bad environment variable: "${text}"` };
  return effect({ kind: 'setenv', ...assignment });
}

function askUser({ timeoutMs }: OptionOf<'rfc931'>): Step {
  return { step: 'ask', need: { need: 'user', timeoutMs: timeoutMs ?? USER_TIMEOUT_MS } };
}
