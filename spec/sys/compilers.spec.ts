/**
 * The addon compiles for musl and for other machines. Debian's packages: musl-tools, gcc-arm-linux-gnueabihf,
 * libc6-dev-armhf-cross, gcc-aarch64-linux-gnu, libc6-dev-arm64-cross.
 */

import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binding = readFileSync(join(root, 'binding.gyp'), 'utf8');
const headers = join(dirname(dirname(process.execPath)), 'include/node');
const sources = readdirSync(join(root, 'lib/sys/native'))
  .filter((name) => name.endsWith('.c'))
  .sort();

/** The quoted words of a list of binding.gyp. */
function words(list: string): string[] {
  const text = new RegExp(`'${list}': \\[([^\\]]*)\\]`).exec(binding)?.[1] ?? '';
  return [...text.matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
}

function compile(compiler: string, source: string): Promise<string> {
  const defines = [...words('defines'), 'NODE_GYP_MODULE_NAME=sys'].map((define) => `-D${define}`);
  // Node's headers come last: beside them, in /usr/include, lie those of another libc.
  const args = [
    ...words('cflags'),
    ...defines,
    '-idirafter',
    headers,
    '-fsyntax-only',
    `lib/sys/native/${source}`,
  ];
  return new Promise((resolve) => {
    execFile(compiler, args, { cwd: root }, (error, _stdout, stderr) =>
      resolve(error ? stderr || error.message : ''),
    );
  });
}

describe('binding.gyp', () => {
  it('names every source', () => {
    expect(words('sources').sort()).toEqual(sources.map((name) => `lib/sys/native/${name}`));
  });

  it('warns about everything, and a warning is an error', () => {
    expect(words('cflags')).toEqual(expect.arrayContaining(['-Wall', '-Wextra', '-Werror']));
  });
});

describe('the addon compiles', () => {
  for (const compiler of ['gcc', 'musl-gcc', 'arm-linux-gnueabihf-gcc', 'aarch64-linux-gnu-gcc']) {
    const missing = [
      ...(spawnSync(compiler, ['--version']).status === 0 ? [] : [compiler]),
      ...(existsSync(join(headers, 'node_api.h')) ? [] : [`${headers}/node_api.h`]),
    ];
    const test = async () => {
      const said = await Promise.all(sources.map((source) => compile(compiler, source)));
      expect(said.join('')).toBe('');
    };
    if (missing.length === 0) it(`with ${compiler}`, test, 60_000);
    else it.skip(`with ${compiler} (needs ${missing.join(', ')})`, test);
  }
});
