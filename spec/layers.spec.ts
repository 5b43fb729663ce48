/** Imports go one way: each folder of lib/ imports only the folders named here. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const lib = join(import.meta.dirname, '../lib');

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  model: [],
  sys: ['model'],
  config: ['model', 'diagnostics'],
  access: ['model', 'diagnostics'],
  net: ['model', 'sys'],
  exec: ['model', 'sys', 'config'],
  builtins: ['model', 'sys'],
  log: ['model', 'diagnostics', 'sys'],
  service: ['model', 'sys', 'access', 'net', 'exec', 'builtins', 'log'],
  units: ['service', 'access', 'net', 'exec', 'log', 'model', 'sys'],
  daemon: [
    'units',
    'service',
    'access',
    'config',
    'net',
    'exec',
    'builtins',
    'log',
    'model',
    'sys',
    'diagnostics',
  ],
  cli: [
    'daemon',
    'units',
    'service',
    'config',
    'net',
    'exec',
    'log',
    'model',
    'sys',
    'diagnostics',
    'access',
  ],
};

/** Packages, and the only places that may import them. */
const HOMES: Readonly<Record<string, RegExp>> = {
  winston: /^log\//,
  'winston-transport': /^log\//,
  yargs: /^cli\/main\.ts$/,
};

const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** What a file imports: its own files as paths below lib/, packages as they are named. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(lib, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  const found = [...statements].map(([, named, awaited]) => named ?? awaited ?? '');
  return found.map((name) => (name.startsWith('.') ? relative(lib, join(lib, dirname(file), name)) : name));
}

describe('imports of lib/', () => {
  it('every folder stands in the table', () => {
    const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
    expect([...folders].filter((folder) => !(String(folder) in ALLOWED))).toEqual([]);
  });

  it.each(Object.entries(ALLOWED))('%s imports nothing but itself and %j', (folder, allowed) => {
    const own = files.filter((file) => file.startsWith(`${folder}/`));
    const wrong = own.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.endsWith('.ts') && ![folder, ...allowed].includes(name.split('/')[0] ?? ''))
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('packages are imported in their one place, nothing else but Node comes in', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => !name.endsWith('.ts') && !name.startsWith('node:'))
        .map((name) => ({ file, name, home: HOMES[name.replace(/^(@[^/]+\/[^/]+|[^@/]+).*$/, '$1')] }))
        .filter(({ file: place, home }) => home === undefined || !home.test(place)),
    );
    expect(wrong).toEqual([]);
  });
});
