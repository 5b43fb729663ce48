/** The launchers, run as anybody runs them. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** The checkout. */
export const root = join(import.meta.dirname, '../..');

/** Whoever runs the specs: entries of this user are served without root. */
export const me = userInfo().username;

/** What a program left behind. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that is gone when the specs of the file are done. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'superd-spec-'));
  afterAll(() => rmSync(path, { recursive: true }));
  return path;
}

/** An environment with nothing of the one who runs the specs but what finds programs. */
export const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin' };

/** Runs `superd` (or another launcher) to its end. */
export function superd(
  words: readonly string[],
  { cwd = root, launcher = 'superd', env = {} as NodeJS.ProcessEnv } = {},
): Result {
  const script = launcher.startsWith('/') ? launcher : join(root, `bin/${launcher}.js`);
  const options = { cwd, env: { ...environment, ...env }, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], options);
  return { status, stdout, stderr };
}

/** A daemon in the foreground that is ended with the specs of its file. */
export interface Serving {
  readonly pid: number;
  /** Everything on its standard error so far. */
  readonly log: () => string;
  /** Resolves when the log holds these words. */
  said(words: string): Promise<void>;
  /** Signals it, and resolves with its exit status. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts `superd run`; `before` are options of node. */
export function start(
  words: readonly string[],
  { cwd = root, before = [] as readonly string[] } = {},
): Serving {
  const args = [...before, join(root, 'bin/superd.js'), 'run', ...words];
  const child = spawn(process.execPath, args, { cwd, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  running.add(child);
  return {
    pid: child.pid ?? 0,
    log: () => log,
    said: (words) =>
      new Promise((resolve, reject) => {
        const look = () => log.includes(words) && resolve();
        child.stderr.on('data', look);
        child.on('close', () => reject(new Error(`it ended without saying '${words}':\n${log}`)));
        look();
      }),
    stop(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Connects, says something, ends its side, and resolves with everything that came back. */
export function talk(
  to: { readonly host: string; readonly port: number } | { readonly path: string },
  text = '',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(to, () => socket.end(text));
    let heard = '';
    socket.setEncoding('latin1').on('data', (data: string) => {
      heard += data;
      // chargen never ends by itself.
      if (heard.length > 500) socket.destroy();
    });
    socket.on('error', reject).on('close', () => resolve(heard));
  });
}
