/** The servers that are compared: what each can do, and how it is told to do it. */

import { type Entry, inetdConf, type Job, portOf, xinetdConf } from './entries.ts';

/** What a measurement asks of a server. */
export type Ability = 'nowait' | 'wait' | 'builtin' | 'dgram' | 'many';

/** How to start a server; it stays in the foreground unless it writes `pidFile`. */
export interface Command {
  readonly argv: readonly string[];
  /** Written before the start. */
  readonly config: { readonly file: string; readonly text: string } | null;
  readonly pidFile: string | null;
}

/** One kind of server. */
export interface Peer {
  readonly name: string;
  /** Looked for in BENCH_PEERS and PATH; null: comes with the benchmark. */
  readonly program: string | null;
  readonly can: readonly Ability[];
  /** More do not fit: select(2) takes descriptors below 1024. */
  readonly maxServices?: number;
  /** Leaves datagrams from 127/8 unanswered, as Debian's inetd does; superd answers those without a limit. */
  readonly refusesLoopback?: boolean;
  /** `found` is the path of the program, `folder` is empty and the server's own. */
  command(job: Job, found: string, folder: string): Command;
}

/** Starts a minute: as good as no limit for those that cannot be told so. */
const UNLIMITED = '100000000';

// biome-ignore format: a table
/** Every server but superd. */
export const PEERS: readonly Peer[] = [
  { name: 'openbsd-inetd', program: 'inetd', can: ['nowait', 'wait', 'builtin', 'dgram', 'many'], refusesLoopback: true,
    command: (job, found, folder) => configured([found, '-i', '-R', UNLIMITED], inetdConf(job), folder) },
  { name: 'xinetd', program: 'xinetd', can: ['nowait', 'wait', 'builtin', 'dgram', 'many'],
    command: (job, found, folder) => configured([found, '-dontfork', '-filelog', '/dev/null', '-pidfile', `${folder}/pid`, '-f'], xinetdConf(job), folder) },
  { name: 'inetutils-inetd', program: 'inetutils-inetd', can: ['nowait', 'wait', 'builtin', 'dgram', 'many'], maxServices: 1000,
    command: (job, found, folder) => ({ ...configured([found, '-R', UNLIMITED, `--pidfile=${folder}/pid`], inetdConf(job), folder), pidFile: `${folder}/pid` }) },
  { name: 'busybox inetd', program: 'busybox', can: ['nowait', 'wait', 'builtin', 'dgram', 'many'], maxServices: 1000,
    command: (job, found, folder) => configured([found, 'inetd', '-f', '-R', '0'], inetdConf(job), folder) },
  { name: 'busybox tcpsvd', program: 'busybox', can: ['nowait'],
    command: single((address, port, program, found) => [found, 'tcpsvd', '-c', '1000', address, port, program]) },
  { name: 'tcpserver', program: 'tcpserver', can: ['nowait'],
    command: single((address, port, program, found) => [found, '-c', '1000', '-H', '-R', '-l', '0', address, port, program]) },
  { name: 'systemd-socket-activate', program: 'systemd-socket-activate', can: ['nowait'],
    command: single((address, port, program, found) => [found, '--accept', '--inetd', `--listen=${address}:${port}`, program]) },
  { name: 'vfork loop', program: null, can: ['nowait'],
    command: single((address, port, program, found) => [found, '1', address, port, program]) },
  { name: 'vfork loop x 2', program: null, can: ['nowait'],
    command: single((address, port, program, found) => [found, '2', address, port, program]) },
  { name: 'vfork loop (wait)', program: null, can: ['wait'],
    command: single((address, port, program, found) => [found, '0', address, port, program]) },
];

/** superd in the foreground, as its users run it; `extra` are words of `superd run`. */
export function superd(root: string, extra: readonly string[] = []): Peer {
  return {
    name: 'superd',
    program: process.execPath,
    can: ['nowait', 'wait', 'builtin', 'dgram', 'many'],
    command: (job, node, folder) =>
      configured([node, `${root}/bin/superd.js`, 'run', '-R', '0', ...extra], inetdConf(job), folder),
  };
}

/** Whether the server belongs to the limits that C sets, and is no super server. */
export function isReference(name: string): boolean {
  return name.startsWith('vfork loop');
}

function configured(argv: readonly string[], text: string, folder: string): Command {
  const file = `${folder}/conf`;
  return { argv: [...argv, file], config: { file, text }, pidFile: null };
}

function single(
  argv: (address: string, port: string, program: string, found: string) => readonly string[],
): Peer['command'] {
  return (job, found) => {
    const { program, port } = only(job.entries);
    return { argv: argv(job.address, String(port), program, found), config: null, pidFile: null };
  };
}

function only(entries: readonly Entry[]): { readonly port: number; readonly program: string } {
  const [entry] = entries;
  if (entries.length !== 1 || entry?.kind !== 'program') throw new Error('this server has one program only');
  return { port: portOf(entry), program: entry.program };
}
