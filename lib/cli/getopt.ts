/**
 * Words of a command line by the rules of getopt_long(3), which every inetd follows: letters in one word (`-dl`),
 * arguments attached (`-q50`) or next (`-q 50`), long names shortened as far as they are clear. `node:util` parseArgs
 * knows no optional arguments, and scripts rely on them (`-p`, `--pidfile`, `-s`).
 */

import type { Arity, OptionName } from './options.ts';

/** How an option is spelled; a row of options.ts is one. */
export interface Spelled<Name extends string = OptionName> {
  readonly name: Name;
  readonly letter?: string;
  readonly aliases?: readonly string[];
  readonly arity: Arity;
}

/** What was given: the last argument of each option (empty when it has none), and the words that are no options. */
export interface Given<Name extends string = OptionName> {
  readonly values: ReadonlyMap<Name, string>;
  readonly operands: readonly string[];
}

/** The same with every option in its order. */
export interface GivenInOrder<Name extends string> {
  readonly options: readonly { readonly name: Name; readonly value: string }[];
  readonly operands: readonly string[];
}

/** A command line that cannot be understood; the text is getopt's own. */
export interface Misuse {
  readonly misuse: string;
}

/** Reads the words; options and operands may be mixed, `--` ends the options. */
export function getopt<Name extends string>(
  words: readonly string[],
  options: readonly Spelled<Name>[],
): Given<Name> | Misuse {
  const given = read(words, options, 'mixed');
  if ('misuse' in given) return given;
  return {
    values: new Map(given.options.map(({ name, value }) => [name, value])),
    operands: given.operands,
  };
}

/** Reads options up to the first other word: what stands behind it are the options of another program. */
export function leadingOptions<Name extends string>(
  words: readonly string[],
  options: readonly Spelled<Name>[],
): GivenInOrder<Name> | Misuse {
  return read(words, options, 'leading');
}

function read<Name extends string>(
  words: readonly string[],
  options: readonly Spelled<Name>[],
  manner: 'mixed' | 'leading',
): GivenInOrder<Name> | Misuse {
  const given: { readonly name: Name; readonly value: string }[] = [];
  const operands: string[] = [];
  let at = 0;
  while (at < words.length) {
    const word = words[at++] ?? '';
    if (word === '--') return { options: given, operands: [...operands, ...words.slice(at)] };
    if (!word.startsWith('-') || word === '-') {
      if (manner === 'leading') return { options: given, operands: words.slice(at - 1) };
      operands.push(word);
      continue;
    }
    const found = word.startsWith('--') ? longOption(word, options) : letters(word, options);
    if ('misuse' in found) return found;
    for (const { option, attached, shown } of found) {
      const argument = argumentOf(option.arity, attached, words.slice(at, at + 2), shown);
      if ('misuse' in argument) return argument;
      given.push({ name: option.name, value: argument.value });
      at += argument.taken;
    }
  }
  return { options: given, operands };
}

interface Found<Name extends string> {
  readonly option: Spelled<Name>;
  readonly attached: string | null;
  /** The option as getopt's messages name it. */
  readonly shown: string;
}

function longOption<Name extends string>(
  word: string,
  options: readonly Spelled<Name>[],
): readonly Found<Name>[] | Misuse {
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
  return [{ option, attached: equals < 0 ? null : word.slice(equals + 1), shown }];
}

function letters<Name extends string>(
  word: string,
  options: readonly Spelled<Name>[],
): readonly Found<Name>[] | Misuse {
  const found: Found<Name>[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const option = options.find((one) => one.letter === letter || one.aliases?.includes(letter));
    if (option === undefined) return { misuse: `invalid option -- '${letter}'` };
    const rest = word.slice(i + 1);
    const takesRest = option.arity === 'number' ? /^\d+$/.test(rest) : option.arity !== 'none' && rest !== '';
    found.push({ option, attached: takesRest ? rest : null, shown: `-- '${letter}'` });
    if (takesRest) break;
  }
  return found;
}

function argumentOf(
  arity: Arity,
  attached: string | null,
  next: readonly string[],
  shown: string,
): { readonly value: string; readonly taken: number } | Misuse {
  const [first, second] = attached === null ? next : [attached, ...next];
  const own = attached === null ? 0 : 1;
  switch (arity) {
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
