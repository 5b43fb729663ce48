/** `npm run bench`: superd and the C super servers of this machine on the same work. Results on standard output. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, release, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { judge } from './budgets.ts';
import { EXPERIMENTS } from './experiments.ts';
import { summarize } from './measure.ts';
import { compile, type Native, programsIn } from './native.ts';
import { type Options, readOptions } from './options.ts';
import { PEERS } from './peers.ts';
import { budgetsText, tableText } from './report.ts';
import { Results, type Table } from './table.ts';

/** Every address in it is local in the run's own network namespace. */
const NETWORK = '10.99.0.1/16';
/** Tells the second start, inside the namespaces, the folder of the first. */
const INSIDE = 'BENCH_INSIDE';

process.exitCode = await main(process.argv.slice(2), process.cwd());

async function main(words: readonly string[], root: string): Promise<number> {
  const known = {
    experiments: EXPERIMENTS.map(({ name }) => name),
    peers: ['superd', ...PEERS.map(({ name }) => name)],
  };
  const options = readOptions(words, known);
  if ('usage' in options) {
    process.stderr.write(options.usage);
    return options.status;
  }
  if (!existsSync(join(root, 'bench/load.c'))) {
    process.stderr.write('bench: start it in the folder of superd, by npm run bench\n');
    return 2;
  }
  const inside = process.env[INSIDE];
  if (inside !== undefined)
    return measure(options, { native: programsIn(inside), root, folder: inside, isolated: true });
  const folder = mkdtempSync(join(tmpdir(), 'superd-bench-'));
  try {
    const native = compile(join(root, 'bench'), folder);
    if (process.getuid?.() === 0) return again(native, folder, words);
    return await measure(options, { native, root, folder, isolated: false });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Once more in namespaces of its own, where all ports are free and nothing outlives the run. */
function again(native: Native, folder: string, words: readonly string[]): number {
  const script = process.argv[1] ?? '';
  const done = spawnSync(native.isolate, [NETWORK, process.execPath, script, ...words], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: folder },
  });
  return done.status ?? 1;
}

async function measure(options: Options, place: Place): Promise<number> {
  print(options, await measureAll(makeBench(options, place)));
  return 0;
}

type Place = Pick<Bench, 'native' | 'root' | 'folder' | 'isolated'>;

function makeBench(options: Options, place: Place): Bench {
  const begin = performance.now();
  let last = 0;
  // Without a network of our own, addresses that another run is not likely to have.
  const block = place.isolated ? '127.99' : `127.${64 + (process.pid % 128)}`;
  return {
    ...place,
    options,
    user: userInfo().username,
    rounds: options.quick ? 3 : 11,
    roundMs: options.quick ? 100 : 250,
    say: (line) => {
      process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
    },
    address: (network) => {
      last += 1;
      const net = network === 'other' && place.isolated ? '10.99' : block;
      return `${net}.${1 + Math.floor(last / 250)}.${1 + (last % 250)}`;
    },
  };
}

async function measureAll(bench: Bench): Promise<readonly Table[]> {
  if (!bench.isolated) bench.say('not root: no network of our own, so no built-ins and no /dev/log');
  const tables: Table[] = [];
  for (const { name, run } of EXPERIMENTS) {
    if (bench.options.only.length > 0 && !bench.options.only.includes(name)) continue;
    bench.say(name);
    tables.push(...(await run(bench)));
  }
  bench.say('done');
  return tables;
}

function print(options: Options, tables: readonly Table[]): void {
  const all = judge(new Results(tables));
  // Of a run that was asked for a part, the rest says nothing.
  const verdicts = options.only.length === 0 ? all : all.filter(({ value }) => value !== null);
  if (options.json) {
    const summed = tables.map((table) => ({
      ...table,
      rows: table.rows.map((row) => ({ ...row, summary: summarize(row.values) })),
    }));
    const budgets = verdicts.map(({ budget, value, state }) => ({
      what: budget.what,
      bound: budget.bound,
      limit: budget.limit,
      unit: budget.unit,
      value,
      state,
    }));
    process.stdout.write(`${JSON.stringify({ machine: machine(), tables: summed, budgets }, null, 2)}\n`);
    return;
  }
  const { processors, kernel, node } = machine();
  const head = `${processors} processors, Linux ${kernel}, Node ${node}. Ratios within a run count, not figures.\n\n`;
  process.stdout.write(`${head}${tables.map(tableText).join('\n')}\n${budgetsText(verdicts)}`);
}

function machine(): { readonly processors: number; readonly kernel: string; readonly node: string } {
  return { processors: cpus().length, kernel: release(), node: process.version };
}
