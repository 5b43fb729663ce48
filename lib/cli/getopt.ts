/**
 * Words of a command line by the rules of getopt_long(3), which every inetd follows: letters in one word (`-dl`),
 * arguments attached (`-q50`) or next (`-q 50`), long names shortened as far as they are clear. `node:util` parseArgs
 * knows no optional arguments, and scripts rely on them (`-p`, `--pidfile`, `-s`).
 */

import type { Option, OptionName } from './options.ts';

/** What was given: the last argument of each option (empty when it has none), and the words that are no options. */
export interface Given {
  readonly values: ReadonlyMap<OptionName, string>;
  readonly operands: readonly string[];
}

/** A command line that cannot be understood; the text is getopt's own. */
export interface Misuse {
  readonly misuse: string;
}

/** Reads the words; options and operands may be mixed, `--` ends the options. */
export function getopt(words: readonly string[], options: readonly Option[]): Given | Misuse {
  const values = new Map<OptionName, string>();
  const operands: string[] = [];
  let at = 0;
  while (at < words.length) {
    const word = words[at++] ?? '';
    if (word === '--') return { values, operands: [...operands, ...words.slice(at)] };
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const read = word.startsWith('--') ? longOption(word, options) : letters(word, options);
    if ('misuse' in read) return read;
    for (const { option, attached, shown } of read.found) {
      const argument = argumentOf(option, attached, words.slice(at, at + 2), shown);
      if ('misuse' in argument) return argument;
      values.set(option.name, argument.value);
      at += argument.taken;
    }
  }
  return { values, operands };
}

interface Found {
  readonly option: Option;
  readonly attached: string | null;
  /** The option as getopt's messages name it. */
  readonly shown: string;
}

function longOption(word: string, options: readonly Option[]): { readonly found: readonly Found[] } | Misuse {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const shown = `'--${name}'`;
  const names = options.flatMap((option) =>
    [option.name, ...(option.aliases ?? [])]
      .filter((long) => long.length > 1)
      .map((long) => ({ option, long })),
  );
  const exact = names.filter(({ long }) => long === name);
  const near = exact.length > 0 ? exact : names.filter(({ long }) => long.startsWith(name));
  const candidates = new Set(near.map(({ option }) => option));
  const [option] = candidates;
  if (option === undefined) return { misuse: `unrecognized option ${shown}` };
  if (candidates.size > 1) return { misuse: `option ${shown} is ambiguous` };
  if (equals >= 0 && option.arity === 'none') return { misuse: `option ${shown} doesn't allow an argument` };
  return { found: [{ option, attached: equals < 0 ? null : word.slice(equals + 1), shown }] };
}

function letters(word: string, options: readonly Option[]): { readonly found: readonly Found[] } | Misuse {
  const found: Found[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const option = options.find((one) => one.letter === letter || one.aliases?.includes(letter));
    if (option === undefined) return { misuse: `invalid option -- '${letter}'` };
    const rest = word.slice(i + 1);
    const takesRest = option.arity === 'number' ? /^\d+$/.test(rest) : option.arity !== 'none' && rest !== '';
    found.push({ option, attached: takesRest ? rest : null, shown: `-- '${letter}'` });
    if (takesRest) break;
  }
  return { found };
}

function argumentOf(
  option: Option,
  attached: string | null,
  next: readonly string[],
  shown: string,
): { readonly value: string; readonly taken: number } | Misuse {
  const [first, second] = attached === null ? next : [attached, ...next];
  const own = attached === null ? 0 : 1;
  switch (option.arity) {
    case 'none':
      return { value: '', taken: 0 };
    case 'attached':
      return { value: attached ?? '', taken: 0 };
    case 'number':
      if (attached !== null) return { value: attached, taken: 0 };
      return first !== undefined && /^\d+$/.test(first)
        ? { value: first, taken: 1 }
        : { value: '', taken: 0 };
    case 'required':
      if (first === undefined) return { misuse: `option requires an argument ${shown}` };
      return { value: first, taken: 1 - own };
    case 'pair':
      if (first === undefined || second === undefined)
        return { misuse: `option requires two arguments ${shown}` };
      return { value: `${first} ${second}`, taken: 2 - own };
  }
}
