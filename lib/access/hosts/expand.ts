/** The % sequences of hosts_access(5), made safe for a shell. */

import { type Facts, type HostFacts, type Need, USER_TIMEOUT_MS } from './facts.ts';
import { fold } from './fold.ts';
import { PARANOID, UNKNOWN } from './text-pattern.ts';

/** The text, the question that it depends on, or null when it grew longer than libwrap can hold. */
export type Expansion = { readonly text: string } | Need | null;

/** What libwrap can hold, in characters. */
const LONGEST = 8190;

/**
 * Fills in every `%` sequence. In what is filled in, everything but letters, digits and `!@%-_=+:,./` becomes `_`, since
 * host and user names come from strangers. A letter without meaning gives nothing.
 */
export function expand(template: string, facts: Facts, longest = LONGEST): Expansion {
  let text = '';
  let from = 0;
  for (
    let at = template.indexOf('%');
    at !== -1 && at + 1 < template.length;
    at = template.indexOf('%', from)
  ) {
    const value = VALUES.get(template.charAt(at + 1))?.(facts) ?? '';
    if (typeof value !== 'string') return value;
    text += template.slice(from, at) + value.replace(UNSAFE, '_');
    from = at + 2;
  }
  text += template.slice(from);
  return text.length > longest ? null : { text };
}

/** The letters of a template behind `%` that mean nothing. */
export function unknownLetters(template: string): readonly string[] {
  return [...template.matchAll(/%([\s\S])/g)]
    .map(([, letter = '']) => letter)
    .filter((letter) => !VALUES.has(letter));
}

/** Who called, as the log writes it: `user@host`, a host name or an address, as far as they are known by now. */
export function clientText({ user, client }: Facts): string {
  const host = hostText(client);
  return user === null || fold(user) === UNKNOWN ? host : `${user}@${host}`;
}

const UNSAFE = /[^A-Za-z0-9!@%\-_=+:,./]/g;

type Value = (facts: Facts) => string | Need;

// biome-ignore format: a table
const VALUES: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['a', ({ client }) => client.address],
  ['A', ({ server }) => server.address],
  ['c', clientText],
  ['d', ({ request }) => request.daemon],
  ['h', ({ client }) => hostText(client)],
  ['H', ({ server }) => hostText(server)],
  ['n', ({ client }) => client.name ?? client.needName],
  ['N', ({ server }) => server.name ?? server.needName],
  ['p', ({ request }) => String(request.pid)],
  ['r', ({ client }) => String(client.port ?? 0)],
  ['R', ({ server }) => String(server.port ?? 0)],
  ['s', serverText],
  ['u', ({ user }) => user ?? { need: 'user', timeoutMs: USER_TIMEOUT_MS }],
  ['%', () => '%'],
]);

/** The name when a rule already asked for it, else the address. */
function hostText({ name, foldedName, address }: HostFacts): string {
  return name === null || foldedName === UNKNOWN || foldedName === PARANOID ? address : name;
}

function serverText({ request, server }: Facts): string {
  const host = hostText(server);
  return host === UNKNOWN ? request.daemon : `${request.daemon}@${host}`;
}
