/**
 * Runs a TypeScript fixture in a Node process of its own. What reaps every child of its process, or ends it, or runs as
 * somebody else, cannot run inside Jest.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll } from '@jest/globals';
import { build } from 'esbuild';

export interface IsolatedOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs node for us, such as strace with its options. */
  readonly wrapper?: readonly string[];
  /** Runs as this user and group; needs root. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface IsolatedResult {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'superd-isolated-'));
/** Bundled once for each spec file. */
const bundles = new Map<string, Promise<string>>();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `spec/fixtures/NAME` to its end. */
export async function runIsolated(name: string, options: IsolatedOptions = {}): Promise<IsolatedResult> {
  const child = await startIsolated(name, options);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

/** The same, parsed: the fixture writes one JSON value; anything else, or another exit status than 0, is an error. */
export async function runIsolatedJson<T>(name: string, options: IsolatedOptions = {}): Promise<T> {
  const { status, signal, stdout, stderr } = await runIsolated(name, options);
  if (status !== 0) throw new Error(`${name}: status ${status}, signal ${signal}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Starts it and leaves it to the caller, who ends it. */
export async function startIsolated(name: string, options: IsolatedOptions = {}): Promise<ChildProcess> {
  const bundle = await (bundles.get(name) ?? bundleOf(name));
  const [command = process.execPath, ...rest] = [...(options.wrapper ?? []), process.execPath, bundle];
  return spawn(command, [...rest, ...(options.args ?? [])], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
}

function bundleOf(name: string): Promise<string> {
  const bundle = makeBundle(name);
  bundles.set(name, bundle);
  return bundle;
}

/** The modules of lib/ find the addon as if they lay where they are. */
async function makeBundle(name: string): Promise<string> {
  // Who runs it may be somebody else.
  await chmod(folder, 0o755);
  const outfile = join(folder, `${basename(name, '.ts')}.mjs`);
  await build({
    entryPoints: [join(root, 'spec/fixtures', name)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'lib/sys/native.ts')).href) },
  });
  return outfile;
}
