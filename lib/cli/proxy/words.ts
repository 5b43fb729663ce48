/** The command line of `superd proxy`: that of systemd-socket-proxyd(8). */

import { timeSpan } from '../../config/systemd/values/time-span.ts';
import { getopt, type Misuse, type Spelled } from '../getopt.ts';
import { type Remote, remoteOf } from './remote.ts';

type Name = 'connections-max' | 'exit-idle-time' | 'proxy-protocol' | 'connect-timeout' | 'help' | 'version';

/** Its options, each with its line of --help. */
// biome-ignore format: a table
export const PROXY_OPTIONS: readonly (Spelled<Name> & { readonly argument: string; readonly help: string })[] = [
  { name: 'connections-max', letter: 'c', arity: 'required', argument: 'N', help: 'connections at once; further ones are closed (256)' },
  { name: 'exit-idle-time', arity: 'required', argument: 'TIME', help: 'exit when there was no connection for so long: 30s, 5min, infinity (infinity)' },
  { name: 'proxy-protocol', arity: 'required', argument: 'v1', help: 'tell the backend who called, in a first line' },
  { name: 'connect-timeout', arity: 'required', argument: 'TIME', help: 'how long a backend that is still starting is waited for (5s)' },
  { name: 'help', letter: 'h', arity: 'none', argument: '', help: 'print this text' },
  { name: 'version', arity: 'none', argument: '', help: 'print the version' },
];

/** What is passed on, where to, and for how long. */
export interface ProxyOptions {
  readonly remote: Remote;
  readonly most: number;
  /** Infinity: for ever. */
  readonly idleMs: number;
  readonly header: boolean;
  readonly patienceMs: number;
}

/** Reads the words; `port` knows the services of this machine by name. */
export function proxyOptions(
  words: readonly string[],
  port: (service: string) => number | null,
): ProxyOptions | 'help' | 'version' | Misuse {
  const given = getopt(words, PROXY_OPTIONS);
  if ('misuse' in given) return given;
  const { values, operands } = given;
  if (values.has('help')) return 'help';
  if (values.has('version')) return 'version';
  const most = values.get('connections-max') ?? '256';
  if (!/^\d{1,9}$/.test(most)) return { misuse: `Failed to parse --connections-max= argument: ${most}` };
  if (Number(most) < 1) return { misuse: 'Connection limit is too low.' };
  const idleMs = time(values, 'exit-idle-time', 'infinity');
  if (typeof idleMs !== 'number') return idleMs;
  const patienceMs = time(values, 'connect-timeout', '5s');
  if (typeof patienceMs !== 'number') return patienceMs;
  const protocol = values.get('proxy-protocol');
  if (protocol !== undefined && protocol !== 'v1')
    return { misuse: `Failed to parse --proxy-protocol= argument: ${protocol}` };
  const [place, ...more] = operands;
  if (place === undefined) return { misuse: 'Not enough parameters.' };
  if (more.length > 0) return { misuse: 'Too many parameters.' };
  const remote = remoteOf(place, port);
  if ('misuse' in remote) return remote;
  return { remote, most: Number(most), idleMs, header: protocol === 'v1', patienceMs };
}

function time(values: ReadonlyMap<Name, string>, name: Name, usual: string): number | Misuse {
  const text = values.get(name) ?? usual;
  const span = timeSpan()(text);
  return 'value' in span ? span.value : { misuse: `Failed to parse --${name}= argument: ${text}` };
}
