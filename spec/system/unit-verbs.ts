/** The daemon on units in a sandbox, with the verbs of systemctl(1) (fixtures/unit-daemon.cjs). */

import path from 'node:path';
import type { Event } from '../../lib/log/events.ts';
import type { Told } from './agent.ts';
import { root, type Sandbox } from './sandbox.ts';

/** Where a unit stands; what its type does not have is absent. */
export interface UnitStatus {
  readonly name: string;
  readonly active: string;
  readonly sub: string;
  readonly result: string;
  readonly mainPid?: number | null;
  readonly counters?: {
    readonly accepted: number;
    readonly connections: number;
    readonly refused: number;
    readonly triggered: number;
  };
  readonly descriptors?: number;
  readonly restarts?: number;
  readonly reloadResult?: string;
  /** STATUS= of sd_notify(3). */
  readonly text?: string | null;
  readonly stored?: number;
}

/** How a verb ended. */
export interface VerbEnd {
  readonly result: string;
  readonly problem?: string;
}

const WAIT_MS = 15_000;
const LOOK_MS = 25;

/** Serves units, by name; `options` are those of `superd run`. */
export async function commandUnits(
  box: Sandbox,
  files: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): Promise<UnitDaemon> {
  const daemon = new UnitDaemon(box, box.fresh('.units'), box.fresh('.verbs'));
  await daemon.write(files);
  await daemon.launch(options);
  return daemon;
}

/** A unit file of sections and their lines. */
export function unitText(sections: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(sections)
    .map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n`)
    .join('\n');
}

/** A running daemon. */
export class UnitDaemon {
  readonly #box: Sandbox;
  readonly #folder: string;
  readonly #socket: string;
  readonly #events: Event[] = [];
  readonly #output: string[] = [];
  #pid = 0;

  constructor(box: Sandbox, folder: string, socket: string) {
    this.#box = box;
    this.#folder = folder;
    this.#socket = socket;
  }

  get pid(): number {
    return this.#pid;
  }

  /** Where verbs are taken: a Unix socket, one line each. */
  get verbs(): string {
    return this.#socket;
  }

  /** When messages with these words were logged, ms of the wall clock. */
  moments(words: string): readonly number[] {
    return this.#events
      .filter((event) => 'message' in event && event.message.includes(words))
      .map((event) => Date.parse((event as Event & { readonly time: string }).time));
  }

  /** What was logged. */
  get output(): string {
    return this.#output.join('\n');
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    await this.#box.shell(`mkdir -p ${this.#folder}`);
    for (const [name, text] of Object.entries(files)) await this.#box.write(`${this.#folder}/${name}`, text);
  }

  async launch(options: readonly string[]): Promise<void> {
    const script = path.join(root, 'spec/fixtures/unit-daemon.cjs');
    const args = [script, this.#socket, '--log-format=json', ...options, this.#folder];
    this.#pid = await this.#box.start(
      { command: process.execPath, args },
      { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/' },
      (told) => this.#hear(told),
    );
    await this.until(() => this.#events.some(({ event }) => event === 'ready'), 'the daemon serves');
    const taken = async () => (await this.#box.shell(`test -S ${this.#socket}`)).status === 0;
    await this.until(taken, 'verbs are taken');
  }

  run(verb: 'start' | 'stop' | 'restart', unit: string): Promise<VerbEnd> {
    return this.#ask(`${verb} ${unit}`);
  }

  /** Null: it has begun; else why not. */
  reloadUnit(unit: string): Promise<string | null> {
    return this.#ask(`reload ${unit}`);
  }

  resetFailed(unit: string): Promise<null> {
    return this.#ask(`reset-failed ${unit}`);
  }

  status(unit: string): Promise<UnitStatus | null> {
    return this.#ask(`status ${unit}`);
  }

  names(): Promise<readonly string[]> {
    return this.#ask('list');
  }

  /** HUP, with these files changed. */
  async reload(files: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.write(files);
    const count = () => this.#events.filter(({ event }) => event === 'reloaded').length;
    const before = count();
    await this.#box.kill(this.#pid, 'SIGHUP');
    await this.until(() => count() > before, 'a reload');
  }

  /** Waits until a unit is in a state (its `sub`), and gives it. */
  async reaches(unit: string, sub: string): Promise<UnitStatus> {
    let last: UnitStatus | null = null;
    const look = async () => {
      last = await this.status(unit);
      return last?.sub === sub;
    };
    await this.until(look, `${unit} ${sub}`, () => JSON.stringify(last));
    return last as unknown as UnitStatus;
  }

  /** How often a message of a unit was logged. */
  said(message: string): number {
    return this.moments(message).length;
  }

  /** Waits until a message was logged. */
  hears(message: string): Promise<void> {
    return this.until(() => this.said(message) > 0, `'${message}'`);
  }

  async until(
    is: () => boolean | Promise<boolean>,
    what: string,
    last: () => string = () => '',
  ): Promise<void> {
    const end = Date.now() + WAIT_MS;
    while (!(await is())) {
      if (Date.now() > end) throw new Error(`${what}: not within ${WAIT_MS} ms ${last()}\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #ask<T>(line: string): Promise<T> {
    const target = { path: this.#socket, timeoutMs: WAIT_MS };
    return JSON.parse(await this.#box.says(0, { ...target, send: `${line}\n` })) as T;
  }

  #hear(told: Told): void {
    if ('exit' in told) {
      this.#output.push(`the daemon ended: ${JSON.stringify(told.exit)}`);
      return;
    }
    for (const line of told.lines) {
      this.#output.push(line);
      if (line.startsWith('{')) this.#events.push(JSON.parse(line) as Event);
    }
  }
}
