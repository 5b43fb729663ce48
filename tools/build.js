// Makes dist/: the modules and types of the public interface (tsc), and one bundle per launcher (esbuild).
// With --if-stale it first looks whether anything is newer than what was built, the addon included.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { native } from './native.js';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The entry of each launcher. CommonJS starts fastest, and a bundle reads one file instead of three hundred. */
const BUNDLES = {
  daemon: 'lib/cli/serve.ts',
  cli: 'lib/cli/main.ts',
  activate: 'lib/cli/activate.ts',
  proxy: 'lib/cli/proxy.ts',
};

/** The bundles come first: a daemon can be tried while types are still wrong. */
function build() {
  buildSync({
    absWorkingDir: root,
    entryPoints: BUNDLES,
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    legalComments: 'linked',
    // The text of a program stays in memory as long as it runs: twice as large for one letter beyond Latin-1 in a comment.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    logLevel: 'warning',
    alias: { '@dabh/diagnostics': './tools/quiet.cjs' },
    // CommonJS has no import.meta.url, by which the addon is found.
    define: { 'import.meta.url': '__moduleUrl', SUPERD_VERSION: JSON.stringify(version) },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  const tsc = join(root, 'node_modules/.bin/tsc');
  return spawnSync(tsc, ['-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** The newest change below the given places, ms; the oldest possible when there is none. */
function newest(places, wanted) {
  return Math.max(0, ...places.flatMap((place) => files(join(root, place)).filter(wanted)).map(modified));
}

function files(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => files(join(path, name)));
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function bundlesAreStale() {
  const sources = newest(
    ['lib', 'tools', 'package.json', 'tsconfig.json'],
    (file) => !file.includes('/native/'),
  );
  return Object.keys(BUNDLES).some((name) => modified(join(root, `dist/${name}.cjs`)) < sources);
}

function addonIsStale() {
  const built = modified(join(root, 'build/Release/sys.node'));
  return built > 0 && built < newest(['lib/sys/native', 'binding.gyp'], () => true);
}

const onlyIfStale = process.argv.includes('--if-stale');
const addon = onlyIfStale && addonIsStale() ? native('rebuild') : 0;
process.exitCode = addon !== 0 || (onlyIfStale && !bundlesAreStale()) ? addon : build();
