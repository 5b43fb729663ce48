/** `$` variables in the words of a command, filled in at its start (systemd.service(5), COMMAND LINES). */

import { splitWords } from './words.ts';

/** The words as they are executed, and variables that have no value; unset ones count as empty. */
export interface Substituted {
  readonly argv: readonly string[];
  readonly unset: readonly string[];
}

/**
 * `${NAME}` is replaced within words; `$NAME` as a whole word becomes as many words as its value has, maybe none; `$$` is
 * a dollar sign. argv[0] stays as it is.
 */
export function substitute(
  argv: readonly string[],
  variable: (name: string) => string | undefined,
): Substituted {
  if (!argv.some((word) => word.includes('$'))) return { argv, unset: [] };
  const unset = new Set<string>();
  const lookUp = (name: string) => {
    const value = variable(name);
    if (value === undefined) unset.add(name);
    return value ?? '';
  };
  const [program, ...words] = argv;
  const filled = words.flatMap((word) => fill(word, lookUp));
  return { argv: program === undefined ? filled : [program, ...filled], unset: [...unset] };
}

function fill(word: string, lookUp: (name: string) => string): readonly string[] {
  if (/^\$(?![{$])/.test(word))
    return splitWords(lookUp(word.slice(1)), 'plain').words.map(({ text }) => text);
  // Behind the last brace nothing is closed any more, and need not be looked for.
  const last = word.lastIndexOf('}') + 1;
  const closed = word
    .slice(0, last)
    .replace(/\$\$|\$\{([^}]*)\}/g, (found, name?: string) => (found === '$$' ? '$' : lookUp(name ?? '')));
  return [closed + word.slice(last).replaceAll('$$', () => '$')];
}
