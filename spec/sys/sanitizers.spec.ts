/** Proof that the sanitizers of `npm run test:asan` watch: faults planted on purpose, built with the same flags, are caught. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const here = fileURLToPath(new URL('asan', import.meta.url));
const headers = join(dirname(dirname(process.execPath)), 'include/node');
const folder = mkdtempSync(join(tmpdir(), 'superd-planted-'));
const addon = join(folder, 'planted.node');

/** The sanitizer's library, which must come first in a node that is built without; '' when there is none. */
const library = spawnSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).stdout?.trim() ?? '';
const ready = library.includes('/') && existsSync(join(headers, 'node_api.h'));

/** Calls a fault in a process of its own, which does not survive it. */
function planted(call: string): { status: number | null; said: string } {
  const script = `require(${JSON.stringify(addon)}).${call}; console.log('survived')`;
  const env = { ...process.env, LD_PRELOAD: library, ASAN_OPTIONS: 'detect_leaks=0' };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env });
  return { status, said: stdout + stderr };
}

function watched(title: string, test: () => void): void {
  if (ready) it(title, test, 60_000);
  else it.skip(`${title} (needs gcc with libasan and node's headers)`, test);
}

describe('the sanitizer build', () => {
  beforeAll(() => {
    if (!ready) return;
    const flags = readFileSync(join(here, 'binding.gyp'), 'utf8').match(/'-[^']+'/g) ?? [];
    const args = [...new Set(flags.map((flag) => flag.slice(1, -1)))];
    const more = [
      '-shared',
      '-fPIC',
      '-DNAPI_VERSION=8',
      '-DNODE_GYP_MODULE_NAME=planted',
      '-idirafter',
      headers,
    ];
    execFileSync('gcc', [...args, ...more, '-o', addon, join(here, 'planted.c')]);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  watched('catches a write behind the end', () => {
    const { status, said } = planted('overflow(8, 8)');
    expect(said).toContain('heap-buffer-overflow');
    expect(said).not.toContain('survived');
    expect(status).not.toBe(0);
  });

  watched('catches an overflow of a number', () => {
    const { status, said } = planted('add(1)');
    expect(said).toContain('signed integer overflow');
    expect(said).not.toContain('survived');
    expect(status).not.toBe(0);
  });

  watched('says nothing where there is no fault', () => {
    expect(planted('overflow(8, 7)')).toEqual({ status: 0, said: 'survived\n' });
    expect(planted('add(0)')).toEqual({ status: 0, said: 'survived\n' });
  });
});
