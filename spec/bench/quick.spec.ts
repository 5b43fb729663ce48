import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';

interface Report {
  readonly tables: readonly {
    readonly name: string;
    readonly rows: readonly {
      readonly name: string;
      readonly values: readonly number[];
      readonly remark?: string;
    }[];
  }[];
  readonly budgets: readonly { readonly what: string; readonly state: string }[];
}

describe('npm run bench -- --quick', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'superd-bench-spec-'));
    buildSync({
      entryPoints: ['bench/run.ts'],
      outfile: join(folder, 'run.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('measures the daemon beside the C loop', () => {
    const words = ['--quick', '--json', '--only', 'nowait', '--peers', 'superd,vfork loop x 2'];
    const done = spawnSync(process.execPath, [join(folder, 'run.mjs'), ...words], { encoding: 'utf8' });
    expect(done).toMatchObject({ status: 0 });
    const report = JSON.parse(done.stdout) as Report;
    const rows = report.tables[0]?.rows ?? [];
    expect(rows.map(({ name, values, remark }) => [name, values.length, remark])).toEqual([
      ['superd', 3, undefined],
      ['vfork loop x 2', 3, undefined],
    ]);
    expect(rows.flatMap(({ values }) => values).every((value) => value > 0)).toBe(true);
  }, 60_000);
});
