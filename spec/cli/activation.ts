/** `superd activate` and systemd-socket-activate(1), run side by side. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { root } from './superd.ts';

const SYSTEMD = '/usr/bin/systemd-socket-activate';

/** Whom the rows are tried on: the original where it is installed (package systemd). */
export const SUBJECTS: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['superd activate', [process.execPath, join(root, 'bin/superd.js'), 'activate']],
  ...(existsSync(SYSTEMD) ? [['systemd-socket-activate', [SYSTEMD]] as const] : []),
];

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** A program under way, with all that it and its children say. */
export class Run {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  #said = '';

  constructor(
    [program = '', ...before]: readonly string[],
    words: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ) {
    const PATH = process.env.PATH ?? '/usr/bin:/bin';
    this.#child = spawn(program, [...before, ...words], {
      env: { PATH, HOME: '/h', USER: 'u', TERM: 't', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
      });
    }
    this.ended = new Promise((resolve) => this.#child.on('close', resolve));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Everything so far, with what differs from run to run as letters. */
  get said(): string {
    return this.#said
      .replaceAll(/PID \d+/g, 'PID N')
      .replaceAll(/Child \d+/g, 'Child N')
      .replaceAll(/from 127\.0\.0\.1:\d+/g, 'from 127.0.0.1:P');
  }

  /** What was said, as it was. */
  get raw(): string {
    return this.#said;
  }

  /** Resolves when it has said these words. */
  until(words: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => this.said.includes(words) && resolve();
      for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', look);
      this.#child.on('close', () => reject(new Error(`it ended without saying '${words}':\n${this.said}`)));
      look();
    });
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#child.kill(signal);
  }
}

/** A port of 127.0.0.1 and ::1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen({ host: '::', port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
