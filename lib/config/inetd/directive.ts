/** Lines that begin with a dot (NetBSD): `.include GLOB`. */

import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../spelling.ts';
import type { Word } from './words.ts';

/** The pattern of an `.include`; null for another directive and for one without a pattern, which are reported. */
export function readDirective(words: readonly Word[], diagnostics: Diagnostics): Word | null {
  const [name, pattern, surplus] = words;
  if (name === undefined) return null;
  if (name.text !== '.include') {
    const help = didYouMean(name.text, ['.include'], "the only directive is '.include'");
    diagnostics.error('inetd/unknown-directive', name.span, `unknown directive '${name.text}'`, help);
    return null;
  }
  if (pattern === undefined) {
    diagnostics.error(
      'inetd/bad-include',
      name.span,
      'no file to include is named',
      "write '.include inetd.d/*.conf'",
    );
    return null;
  }
  if (surplus !== undefined && !surplus.text.startsWith('#')) {
    const help = 'write one .include line for each pattern';
    diagnostics.warning('inetd/bad-include', surplus.span, 'only the first pattern is included', help);
  }
  return pattern;
}
