/** The program: `internal`, or the path of what is run. */

import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { DialectRules } from './dialects.ts';
import type { Word } from './words.ts';

/** Reads the field: null stands for `internal`; undefined when it is reported as wrong. */
export function readProgram(
  word: Word,
  rules: DialectRules,
  diagnostics: Diagnostics,
): Word | null | undefined {
  if (word.text === 'internal') return null;
  if (word.text.toLowerCase() === 'internal') {
    const help = "write 'internal' in small letters for a service that superd answers itself";
    diagnostics.error('inetd/relative-program', word.span, `'${word.text}' is no program`, help);
    return undefined;
  }
  if (word.text.startsWith('/') || (rules.relativeProgram !== 'refused' && word.text !== '')) return word;
  const name = word.text.replace(/^.*\//s, '');
  const help = `write the whole path, as in '/usr/sbin/${name}', or 'internal'`;
  diagnostics.error('inetd/relative-program', word.span, `'${word.text}' is no absolute path`, help);
  return undefined;
}
