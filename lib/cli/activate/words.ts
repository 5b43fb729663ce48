/** The command line of `superd activate`: that of systemd-socket-activate(1). */

import { leadingOptions, type Misuse, type Spelled } from '../getopt.ts';

type Name =
  | 'help'
  | 'version'
  | 'listen'
  | 'accept'
  | 'inetd'
  | 'datagram'
  | 'seqpacket'
  | 'setenv'
  | 'fdname'
  | 'now';

/** Its options, each with its line of --help. */
// biome-ignore format: a table
export const ACTIVATE_OPTIONS: readonly (Spelled<Name> & { readonly argument: string; readonly help: string })[] = [
  { name: 'listen', letter: 'l', arity: 'required', argument: 'ADDRESS', help: 'listen at a port, 127.0.0.1:PORT, [::1]:PORT, /a/path or @name; may be repeated' },
  { name: 'datagram', letter: 'd', arity: 'none', argument: '', help: 'listen for datagrams instead of streams' },
  { name: 'seqpacket', arity: 'none', argument: '', help: 'listen for sequential packets instead of streams' },
  { name: 'accept', letter: 'a', arity: 'none', argument: '', help: 'start the command for each connection, and go on listening' },
  { name: 'inetd', arity: 'none', argument: '', help: 'pass the socket as standard input and output, as inetd does' },
  { name: 'setenv', letter: 'E', arity: 'required', argument: 'NAME[=VALUE]', help: 'pass this variable to the command, with the value that it has here or with another one' },
  { name: 'fdname', arity: 'required', argument: 'NAME[:NAME...]', help: 'the names of the sockets (LISTEN_FDNAMES)' },
  { name: 'now', arity: 'none', argument: '', help: 'start the command at once, not when somebody calls' },
  { name: 'help', letter: 'h', arity: 'none', argument: '', help: 'print this text' },
  { name: 'version', arity: 'none', argument: '', help: 'print the version' },
];

/** What to listen on and what to start. */
export interface Activation {
  readonly listen: readonly string[];
  readonly type: 'stream' | 'dgram' | 'seqpacket';
  readonly accept: boolean;
  readonly inetd: boolean;
  readonly now: boolean;
  /** NAME=VALUE, in their order. */
  readonly variables: readonly string[];
  /** null: the sockets have no names. */
  readonly names: readonly string[] | null;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
}

/** Reads the words; those of the command are left as they are. */
export function activation(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Activation | 'help' | 'version' | Misuse {
  const given = leadingOptions(words, ACTIVATE_OPTIONS);
  if ('misuse' in given) return { misuse: `superd activate: ${given.misuse}` };
  const has = (wanted: Name) => given.options.some(({ name }) => name === wanted);
  const all = (wanted: Name) => given.options.flatMap(({ name, value }) => (name === wanted ? [value] : []));
  if (has('help')) return 'help';
  if (has('version')) return 'version';
  if (has('datagram') && has('seqpacket'))
    return { misuse: '--seqpacket may not be combined with --datagram.' };
  const variables = all('setenv').map((word) => variable(word, environment));
  const bad = variables.find((word) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word));
  if (bad !== undefined) return { misuse: `Cannot assign environment variable ${bad}: Invalid argument` };
  const names = all('fdname').at(-1)?.split(':') ?? null;
  const wrong = names?.find((name) => !isName(name));
  if (wrong !== undefined) return { misuse: `File descriptor name "${wrong}" is not valid.` };
  const [program, ...args] = given.operands;
  if (program === undefined) return { misuse: 'superd activate: command to execute is missing.' };
  if (has('datagram') && has('accept')) {
    return {
      misuse:
        'Datagram sockets do not accept connections. The --datagram and --accept options may not be combined.',
    };
  }
  if (has('now') && has('accept')) return { misuse: '--now cannot be used in conjunction with --accept.' };
  return {
    listen: all('listen'),
    type: has('datagram') ? 'dgram' : has('seqpacket') ? 'seqpacket' : 'stream',
    accept: has('accept'),
    inetd: has('inetd'),
    now: has('now'),
    variables,
    names,
    command: [program, ...args],
  };
}

/** A name alone stands for the variable that we have ourselves; one that we do not have is empty. */
function variable(word: string, environment: NodeJS.ProcessEnv): string {
  return word.includes('=') ? word : `${word}=${environment[word] ?? ''}`;
}

/** What FileDescriptorName= takes (systemd.socket(5)). */
function isName(name: string): boolean {
  return name.length <= 255 && /^[\x20-\x7e]*$/.test(name);
}
