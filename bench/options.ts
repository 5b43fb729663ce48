/** The command line of the benchmark. */

import { parseArgs } from 'node:util';

/** What to measure, and how long. */
export interface Options {
  readonly quick: boolean;
  readonly json: boolean;
  /** Names of experiments; empty: all. */
  readonly only: readonly string[];
  /** Names of servers; empty: all that are found. */
  readonly peers: readonly string[];
  /** How long the log is stalled under load. */
  readonly stallMs: number;
}

/** Help, or what was wrong, for standard error. */
export interface Usage {
  readonly usage: string;
  readonly status: 0 | 2;
}

/** Reads the words behind `npm run bench --`; the names that may be given come in as lists. */
export function readOptions(
  words: readonly string[],
  known: { readonly experiments: readonly string[]; readonly peers: readonly string[] },
): Options | Usage {
  const wrong = (text: string): Usage => ({ usage: `bench: ${text}\n${help(known)}`, status: 2 });
  let values: ReturnType<typeof parse>;
  try {
    values = parse(words);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return { usage: help(known), status: 0 };
  const only = list(values.only);
  const peers = list(values.peers);
  const strange =
    only.find((name) => !known.experiments.includes(name)) ??
    peers.find((name) => !known.peers.includes(name));
  if (strange !== undefined) return wrong(`'${strange}' is not among the names`);
  const seconds = Number(values['stall-seconds'] ?? (values.quick ? 4 : 90));
  if (!(seconds > 0)) return wrong('--stall-seconds wants a number of seconds');
  return { quick: values.quick, json: values.json, only, peers, stallMs: seconds * 1000 };
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      only: { type: 'string', multiple: true, default: [] },
      peers: { type: 'string', multiple: true, default: [] },
      'stall-seconds': { type: 'string' },
    },
  }).values;
}

function list(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => word.split(',')).filter((word) => word !== '');
}

function help(known: { readonly experiments: readonly string[]; readonly peers: readonly string[] }): string {
  return `Usage: npm run bench -- [--quick] [--json] [--only NAME,...] [--peers NAME,...] [--stall-seconds N]
  --only   ${known.experiments.join(' ')}
  --peers  ${known.peers.join(' ')}
`;
}
