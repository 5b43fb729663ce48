/** The commands of xinetd's shell. */

/** What a line asks for; `nothing` is an empty one. */
export type XadminCommand = 'help' | 'show run' | 'show avail' | 'bye' | 'nothing' | 'unknown';

const COMMANDS: readonly { readonly words: readonly string[]; readonly command: XadminCommand }[] = [
  { words: ['help'], command: 'help' },
  { words: ['show', 'run'], command: 'show run' },
  { words: ['show', 'avail'], command: 'show avail' },
  { words: ['bye'], command: 'bye' },
  { words: ['exit'], command: 'bye' },
  { words: ['quit'], command: 'bye' },
];

/** Each word of a command may be cut short. */
export function parseXadmin(line: string): XadminCommand {
  const said = line.trim().split(/\s+/);
  if (said[0] === '') return 'nothing';
  const found = COMMANDS.find(
    ({ words }) => words.length === said.length && words.every((word, i) => word.startsWith(said[i] ?? '')),
  );
  return found?.command ?? 'unknown';
}
