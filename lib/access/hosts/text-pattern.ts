/** Patterns for one text: a daemon, a user, a host name or an address. Compiled once, hosts_access(5). */

import { type Groups, groupsOf, samePrefix } from './address.ts';
import { fold } from './fold.ts';
import { bracketed } from './network.ts';

/** Says whether a folded text matches. */
export type TextPattern = (text: string) => boolean;

/** What stands for a name, a user or an address that could not be found out. */
export const UNKNOWN = 'unknown';

/** What stands for the name of a host whose name does not lead back to its address. */
export const PARANOID = 'paranoid';

/** Compiles one word. Any text is a pattern; one that is nothing special matches its equal. */
export function textPattern(word: string): TextPattern {
  const pattern = fold(word);
  if (/[*?]/.test(pattern)) return wildcards(pattern);
  if (pattern.startsWith('.')) return (text) => text.length > pattern.length && text.endsWith(pattern);
  if (pattern === 'all') return () => true;
  if (pattern === 'known') return (text) => text !== UNKNOWN;
  if (pattern.endsWith('.')) return (text) => text.startsWith(pattern);
  if (pattern.startsWith('[') && pattern.endsWith(']')) return oneAddress(bracketed(pattern));
  return (text) => text === pattern;
}

/**
 * `*` is any text, `?` one character. It goes back to the last star only, so that a name that a stranger chose cannot
 * make it slow. Of several stars at the end libwrap wants at least one character.
 */
function wildcards(word: string): TextPattern {
  const plain = word.replace(/\*{2,}/g, '*');
  const pattern = word.endsWith('**') ? `${plain.slice(0, -1)}?*` : plain;
  return (text) => {
    let star = -1;
    let retry = 0;
    let p = 0;
    let t = 0;
    while (t < text.length) {
      if (pattern[p] === '*') {
        star = p;
        retry = t;
        p += 1;
      } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
        p += 1;
        t += 1;
      } else if (star !== -1) {
        p = star + 1;
        retry += 1;
        t = retry;
      } else {
        return false;
      }
    }
    return p === pattern.length || (p === pattern.length - 1 && pattern[p] === '*');
  };
}

function oneAddress(groups: Groups | null): TextPattern {
  if (groups === null) return () => false;
  return (text) => {
    const own = groupsOf(text);
    return own !== null && samePrefix(own, groups, 128);
  };
}
