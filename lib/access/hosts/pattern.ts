/** Compiles the words of a rule, hosts_access(5), to functions that say whether a request matches. */

import { inNetwork, samePrefix } from './address.ts';
import { type Answer, type Facts, type HostFacts, netgroupKey, USER_TIMEOUT_MS } from './facts.ts';
import { fold } from './fold.ts';
import { type Network, networkOf } from './network.ts';
import type { Word, WordLists } from './rule.ts';
import { splitAt } from './split.ts';
import { PARANOID, textPattern, UNKNOWN } from './text-pattern.ts';

/** Matches a request, or says what must be known for it. */
export type Matcher = (facts: Facts) => Answer;

/** Matches one end of the connection. */
export type HostPattern = (host: HostFacts, facts: Facts) => Answer;

/** What the compiler must be told. */
export interface PatternContext {
  readonly strict: boolean;
  /** The words of a file of host patterns; none when there is no such file. */
  readonly fileWords: (path: string) => readonly HostPattern[];
}

/** The first list that does not match undoes the one before it, that one the one before, and so on. */
export function compileLists(lists: WordLists, compile: (word: Word) => Matcher): Matcher {
  const matchers = lists.map((words) => anyWord(words.map(compile)));
  return (facts) => {
    let depth = 0;
    for (const matches of matchers) {
      const answer = matches(facts);
      if (answer === false) break;
      if (answer !== true) return answer;
      depth += 1;
    }
    return depth % 2 === 1;
  };
}

/** `daemon`, `port`, `daemon@host`: the host is the server's end. */
export function daemonMatcher({ text }: Word, context: PatternContext): Matcher {
  const parts = splitAt(text, '@', 1);
  const daemon = daemonOrPort(parts === null ? text : parts[0]);
  if (parts === null) return daemon;
  const host = hostPattern(parts[1], context);
  return (facts) => daemon(facts) && host(facts.server, facts);
}

/** `host`, `user@host`: the user is asked for only when the host matches, and then always. */
export function clientMatcher({ text }: Word, context: PatternContext): Matcher {
  const parts = splitAt(text, '@', 1);
  const host = hostPattern(parts === null ? text : parts[1], context);
  if (parts === null) return (facts) => host(facts.client, facts);
  const user = textPattern(parts[0]);
  return (facts) => {
    const answer = host(facts.client, facts);
    if (answer !== true) return answer;
    const name = facts.foldedUser;
    return name === null ? ASK_USER : user(name);
  };
}

/** Compiles one host pattern, without a user or daemon before it. */
export function hostPattern(word: string, context: PatternContext): HostPattern {
  if (word.startsWith('@')) return netgroup(word.slice(1));
  if (word.startsWith('/')) return anyOf(context.fileWords(word));
  const folded = fold(word);
  if (folded === 'known') return (host) => named(host, (name) => host.address !== UNKNOWN && isKnown(name));
  if (folded === 'local') return (host) => named(host, (name) => !name.includes('.') && isKnown(name));
  const masked = splitAt(word, '/');
  return masked === null ? addressOrName(word) : inside(networkOf(masked[0], masked[1], context.strict));
}

function anyWord(words: readonly Matcher[]): Matcher {
  return (facts) => {
    for (const matches of words) {
      const answer = matches(facts);
      if (answer !== false) return answer;
    }
    return false;
  };
}

const ASK_USER: Answer = { need: 'user', timeoutMs: USER_TIMEOUT_MS };

/** A number up to 65535 is the server's port, as sscanf(3) reads it with %u. */
function daemonOrPort(word: string): Matcher {
  if (/^\+?\d+$/.test(word) && Number(word) <= 65535) {
    const port = Number(word);
    return ({ server }) => server.port === port;
  }
  const matches = textPattern(word);
  return ({ daemon }) => matches(daemon);
}

function netgroup(group: string): HostPattern {
  return (host, { netgroups }) => {
    if (host.name === null) return host.needName;
    return netgroups.get(netgroupKey(group, host.name)) ?? { need: 'netgroup', group, host: host.name };
  };
}

function anyOf(patterns: readonly HostPattern[]): HostPattern {
  return (host, facts) => {
    for (const matches of patterns) {
      const answer = matches(host, facts);
      if (answer !== false) return answer;
    }
    return false;
  };
}

function named(host: HostFacts, matches: (foldedName: string) => boolean): Answer {
  return host.foldedName === null ? host.needName : matches(host.foldedName);
}

function isKnown(name: string): boolean {
  return name !== UNKNOWN && name !== PARANOID;
}

/** A word of digits, dots and slashes is compared with the address only; an address in brackets is never a name. */
function addressOrName(word: string): HostPattern {
  const matches = textPattern(word);
  if (/^[\d./]*$/.test(word) || /^\[.*\]$/.test(word)) return (host) => matches(host.address);
  return (host) => matches(host.address) || named(host, matches);
}

function inside(range: Network | null): HostPattern {
  if (range === null) return () => false;
  if (range.family === 4) {
    const { network, mask } = range;
    return ({ quad }) => quad !== null && inNetwork(quad, network, mask);
  }
  return ({ groups }) => groups !== null && samePrefix(groups, range.groups, range.length);
}
