/** A decision in words, in the manner of tcpdmatch(8). */

import { type Lookups, resolve } from './ask.ts';
import { expand } from './expand.ts';
import type { Facts } from './facts.ts';
import type { Place } from './rule.ts';
import { UNKNOWN } from './text-pattern.ts';
import type { Effect, Verdict } from './verdict.ts';

/** What is known of the request, the rule that decides, what it does, and the outcome: a line each. */
export function explain(facts: Facts, verdict: Verdict): readonly string[] {
  const { request, client, server, user } = facts;
  const known: readonly (readonly [string, string | null])[] = [
    ['client:   hostname', client.name],
    ['client:   address ', client.address],
    ['client:   username', user],
    ['server:   hostname', server.name],
    ['server:   address ', server.address],
    ['server:   process ', request.daemon],
  ];
  return [
    ...known.flatMap(([label, value]) => (value === null || value === UNKNOWN ? [] : [`${label} ${value}`])),
    `matched:  ${verdict.rule === null ? 'no rule' : placeText(verdict.rule)}`,
    ...verdict.effects.map((effect) => `option:   ${effectText(effect)}`),
    ...outcomeLines(verdict),
  ];
}

/** How libwrap logs a rule that cannot be carried out: `error: /etc/hosts.allow, line 3: TEXT`. */
export function errorText(rule: Place | null, error: string): string {
  return rule === null ? `error: ${error}` : `error: ${rule.file}, line ${rule.line}: ${error}`;
}

/**
 * A banner as it is sent, hosts_options(5): % sequences filled in, newlines as CR LF. `longest` bounds the result, in
 * characters; a banner that is longer is empty.
 */
export function bannerText(
  template: string,
  facts: Facts,
  lookups: Lookups,
  longest = 65_536,
): string | Promise<string> {
  const attempt = () => {
    const expansion = expand(template.replaceAll('\n', '\r\n'), facts, longest);
    return expansion ?? { text: '' };
  };
  const banner = resolve(attempt, facts, lookups);
  return banner instanceof Promise ? banner.then(({ text }) => text) : banner.text;
}

function placeText({ file, line }: Place): string {
  return `${file} line ${line}`;
}

function outcomeLines(verdict: Verdict): readonly string[] {
  switch (verdict.kind) {
    case 'granted':
      return ['access:   granted'];
    case 'twisted':
      return [`option:   twist ${verdict.command}`, 'access:   delegated'];
    case 'refused':
      return verdict.error === null
        ? ['access:   denied']
        : [errorText(verdict.rule, verdict.error), 'access:   denied'];
  }
}

/** An option as one would write it. */
function effectText(effect: Effect): string {
  switch (effect.kind) {
    case 'spawn':
      return `spawn ${effect.command}`;
    case 'setenv':
      return `setenv ${effect.name} ${effect.value}`;
    case 'banners':
      return `banners ${effect.file}`;
    case 'severity':
      return `severity ${effect.facility === null ? '' : `${effect.facility}.`}${effect.level}`;
    case 'nice':
      return `nice ${effect.increment}`;
    case 'umask':
      return `umask ${effect.mask.toString(8).padStart(3, '0')}`;
    case 'user':
      return `user ${effect.user}${effect.group === null ? '' : `.${effect.group}`}`;
    case 'group':
      return `group ${effect.group}`;
    case 'keepalive':
      return 'keepalive';
    case 'linger':
      return `linger ${effect.seconds}`;
  }
}
