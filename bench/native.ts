/** The benchmark's own programs: compiled at the start of a run, and what the load generator says. */

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** Paths of the programs; each is described at the top of its C file. */
export interface Native {
  readonly load: string;
  readonly child: string;
  readonly waitserver: string;
  readonly vforkLoop: string;
  readonly isolate: string;
  readonly deaf: string;
}

/** What `load` measured; `failed` are attempts without the expected answer. */
export interface Load {
  readonly served: number;
  readonly failed: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Microseconds, to the first byte or of a round trip. */
  readonly us: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}

/** Where the load goes. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** How the callers behave; see load.c. */
export interface Callers {
  readonly workload: 'connect' | 'echo-stream' | 'echo-dgram';
  readonly clients: number;
  readonly bytes?: number;
  /** Between two connections of a client. */
  readonly gapUs?: number;
}

const PROGRAM = ['-O2', '-D_GNU_SOURCE', '-pthread'];
// Without a C library, so that a child costs exec and exit alone; raw.h knows two machines, elsewhere there is one.
const CHILD = ['x64', 'arm64'].includes(process.arch)
  ? ['-Os', '-static', '-nostdlib', '-fno-stack-protector']
  : ['-Os', '-static', '-D_GNU_SOURCE'];

const SOURCES: readonly (readonly [string, readonly string[]])[] = [
  ['load', PROGRAM],
  ['child', CHILD],
  ['waitserver', CHILD],
  ['vfork-loop', PROGRAM],
  ['isolate', PROGRAM],
  ['deaf', PROGRAM],
];

const exec = promisify(execFile);

/** Where `compile` put the programs. */
export function programsIn(folder: string): Native {
  return {
    load: `${folder}/load`,
    child: `${folder}/child`,
    waitserver: `${folder}/waitserver`,
    vforkLoop: `${folder}/vfork-loop`,
    isolate: `${folder}/isolate`,
    deaf: `${folder}/deaf`,
  };
}

/** Compiles every program of `source` into `folder` (cc(1), or CC). Throws with the compiler's words. */
export function compile(source: string, folder: string): Native {
  for (const [name, flags] of SOURCES) {
    const words = [
      '-std=gnu17',
      '-Wall',
      '-Wextra',
      ...flags,
      '-o',
      `${folder}/${name}`,
      `${source}/${name}.c`,
    ];
    const done = spawnSync(process.env.CC ?? 'cc', words, { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${name}.c: ${done.error?.message ?? done.stderr}`);
  }
  return programsIn(folder);
}

/** Calls on a server for a time. */
export async function load(native: Native, target: Target, callers: Callers, ms: number): Promise<Load> {
  const words = [callers.workload, ...where(target), '-t', String(ms), '-c', String(callers.clients)];
  if (callers.bytes !== undefined) words.push('-n', String(callers.bytes));
  if (callers.gapUs !== undefined) words.push('-g', String(callers.gapUs));
  const { stdout } = await exec(native.load, words);
  return JSON.parse(stdout) as Load;
}

/** Waits until a server accepts or, with `byte`, says something; returns when that was, on the clock of `monotonicMs`. Rejects after `ms`. */
export async function awaitAnswer(
  native: Native,
  target: Target,
  options: { readonly byte: boolean; readonly ms: number; readonly signal?: AbortSignal },
): Promise<number> {
  const words = ['await', ...where(target), '-t', String(options.ms), ...(options.byte ? ['-n', '1'] : [])];
  const { stdout } = await exec(
    native.load,
    words,
    options.signal === undefined ? {} : { signal: options.signal },
  );
  return (JSON.parse(stdout) as { readonly at: number }).at;
}

/** CLOCK_MONOTONIC in milliseconds: the same for every process of the machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function where(target: Target): readonly string[] {
  return ['-a', target.address, '-p', String(target.port)];
}
