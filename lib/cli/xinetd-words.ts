/** Words of a command line by the rules of xinetd(8): options are whole words behind one dash, their arguments the next word. */

import type { Given, Misuse } from './getopt.ts';
import { type Option, type OptionName, wordOf } from './options.ts';

/** Reads the words up to the first one without a dash, which xinetd takes for a mistake. */
export function readXinetdWords(words: readonly string[], options: readonly Option[]): Given | Misuse {
  const values = new Map<OptionName, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-') || word === '-') return { misuse: `'${word}' is no option` };
    const read = readWord(word, options);
    if ('misuse' in read) return read;
    const { option, attached } = read;
    if (option.arity === 'none') {
      values.set(option.name, '');
      continue;
    }
    const argument = attached ?? words[at + 1];
    if (argument === undefined) return { misuse: `option '${word}' requires an argument` };
    if (attached === null) at += 1;
    values.set(option.name, argument);
  }
  return { values, operands: [] };
}

interface Read {
  readonly option: Option;
  readonly attached: string | null;
}

/** superd's own options, which have two dashes, also take their argument behind `=`. */
function readWord(word: string, options: readonly Option[]): Read | Misuse {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  const written = equals < 0 ? word : word.slice(0, equals);
  const option = options.find((one) => [wordOf(one), `--${one.name}`].includes(written));
  if (option === undefined) return { misuse: `unrecognized option '${written}'` };
  if (equals < 0) return { option, attached: null };
  if (option.arity === 'none') return { misuse: `option '${written}' doesn't allow an argument` };
  return { option, attached: word.slice(equals + 1) };
}
