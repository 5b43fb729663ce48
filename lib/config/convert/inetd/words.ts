/** Fields → a line that its inetd takes apart into the same words. */

import type { DialectRules } from '../../inetd/dialects.ts';
import { readLine } from '../../inetd/tokenize.ts';

/** The line without its end; or the first word that it cannot hold. */
export function lineOf(
  fields: readonly string[],
  rules: DialectRules,
): { readonly text: string } | { readonly unwritable: string } {
  const written: string[] = [];
  for (const field of fields) {
    const word = spellingsOf(field).find((spelling) => isRead(`x ${spelling} x`, ['x', field, 'x'], rules));
    if (word === undefined) return { unwritable: field };
    written.push(word);
  }
  // A backslash or a carriage return at the very end would be taken for more than itself.
  const text = written.join(' ').replace(/[\\\r]$/, '$& ');
  const odd = fields.find((field) => /["'\\#\r]/.test(field)) ?? '';
  return isRead(text, fields, rules) ? { text } : { unwritable: odd };
}

/** As it is, or in quotes, rather in those that it does not hold; one that begins with a quote may find a partner. */
function spellingsOf(word: string): readonly string[] {
  const quoted = word.includes('"') ? [`'${word}'`, `"${word}"`] : [`"${word}"`, `'${word}'`];
  return /^["']/.test(word) ? [...quoted, word] : [word, ...quoted];
}

function isRead(text: string, words: readonly string[], rules: DialectRules): boolean {
  // Text that is cut at a line end or holds what no file may hold is read as something else by everybody.
  if (/[\n\0\ufffd]/.test(text)) return false;
  const read = readLine(`${text}\n`, 0, 1, rules).words;
  return read.length === words.length && read.every((word, at) => word.text === words[at]);
}
