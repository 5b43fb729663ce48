/** The services of a run, and how inetd.conf(5) and xinetd.conf(5) say them. */

/** A service on one TCP or UDP port of the server's address. */
export type Entry =
  | {
      readonly kind: 'program';
      readonly port: number;
      readonly wait: boolean;
      readonly program: string;
    }
  | { readonly kind: 'builtin'; readonly name: 'echo' | 'daytime'; readonly type: 'stream' | 'dgram' };

/** Where to serve what, and as whom. */
export interface Job {
  readonly address: string;
  readonly user: string;
  readonly entries: readonly Entry[];
}

/** RFC 862, RFC 867. */
const BUILTIN_PORTS = { echo: 7, daytime: 13 } as const;

/** The first port of programs; below the range from which the kernel takes the callers' ports. */
export const FIRST_PORT = 10_000;

/** `count` times the same nowait program, on ports in a row. */
export function programs(count: number, program: string): readonly Entry[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: 'program',
    port: FIRST_PORT + i,
    wait: false,
    program,
  }));
}

/** The port of an entry. */
export function portOf(entry: Entry): number {
  return entry.kind === 'program' ? entry.port : BUILTIN_PORTS[entry.name];
}

/** The text of an inetd.conf, in words that every dialect reads. */
export function inetdConf(job: Job): string {
  return job.entries.map((entry) => `${job.address}:${inetdLine(entry, job.user)}\n`).join('');
}

function inetdLine(entry: Entry, user: string): string {
  if (entry.kind === 'builtin') {
    const how = entry.type === 'stream' ? 'stream tcp nowait' : 'dgram udp wait';
    return `${entry.name} ${how} ${user} internal`;
  }
  const wait = entry.wait ? 'wait' : 'nowait';
  return `${entry.port} stream tcp ${wait} ${user} ${entry.program} ${entry.program}`;
}

/** The text of an xinetd.conf: no limit, no log. */
export function xinetdConf(job: Job): string {
  const defaults = [
    'instances = UNLIMITED',
    'per_source = UNLIMITED',
    'cps = 1000000 1',
    `bind = ${job.address}`,
  ];
  return [section('defaults', defaults), ...job.entries.map((entry) => xinetdSection(entry, job.user))].join(
    '',
  );
}

function xinetdSection(entry: Entry, user: string): string {
  if (entry.kind === 'builtin') {
    const protocol = entry.type === 'stream' ? 'tcp' : 'udp';
    return section(`service ${entry.name}`, [
      'type = INTERNAL',
      `id = ${entry.name}-${entry.type}`,
      `socket_type = ${entry.type}`,
      `protocol = ${protocol}`,
      `wait = ${entry.type === 'stream' ? 'no' : 'yes'}`,
      `user = ${user}`,
    ]);
  }
  return section(`service p${entry.port}`, [
    'type = UNLISTED',
    'socket_type = stream',
    'protocol = tcp',
    `port = ${entry.port}`,
    `wait = ${entry.wait ? 'yes' : 'no'}`,
    `user = ${user}`,
    `server = ${entry.program}`,
  ]);
}

function section(head: string, lines: readonly string[]): string {
  return `${head}\n{\n${lines.map((line) => `\t${line}\n`).join('')}}\n`;
}
