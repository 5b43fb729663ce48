/** The channel to the process inside a sandbox (fixtures/agent.mjs): requests, their answers, and what programs print. */

import { type ChildProcess, spawn } from 'node:child_process';

/** What is told of a program that `start` started. */
export type Told =
  | { readonly stream: 'stdout' | 'stderr'; readonly lines: readonly string[] }
  | { readonly exit: { readonly status: number | null; readonly signal: string | null } };

/** One agent, from `open` to `close`. */
export class Agent {
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #watchers = new Map<number, (told: Told) => void>();
  /** What was told of a program before its watcher was there. */
  readonly #early = new Map<number, Told[]>();
  #process: ChildProcess | null = null;
  #lastRequest = 0;

  /** Starts the words of a command that ends up as the agent, and waits until it answers. */
  async open(command: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
    const [program = '', ...words] = command;
    const agent = spawn(program, words, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      env,
    });
    this.#process = agent;
    await new Promise<void>((resolve, reject) => {
      agent.on('exit', () => reject(new Error('the sandbox could not be made')));
      agent.once('message', () => resolve());
    });
    agent.on('message', (message) => this.#heard(message as Message));
  }

  /** Asks for one of the agent's requests. */
  ask<T>(request: string, args: object): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#lastRequest += 1;
      this.#waiting.set(this.#lastRequest, { resolve: (value) => resolve(value as T), reject });
      if (this.#process?.connected) this.#process.send({ id: this.#lastRequest, request, args });
      else reject(new Error('the sandbox is not open'));
    });
  }

  /** Tells `watch` what a program prints and how it ends, from its start on. */
  watch(pid: number, watch: (told: Told) => void): void {
    for (const told of this.#early.get(pid) ?? []) watch(told);
    this.#early.delete(pid);
    this.#watchers.set(pid, watch);
  }

  /** Ends every process but the agent. */
  async clear(): Promise<void> {
    await this.ask('killAll', {});
    this.#watchers.clear();
    this.#early.clear();
  }

  /** Ends the agent, and its namespaces with it. */
  async close(): Promise<void> {
    const agent = this.#process;
    if (!agent?.connected) return;
    await new Promise<void>((resolve) => {
      agent.on('exit', () => resolve());
      agent.disconnect();
    });
  }

  #heard(message: Message): void {
    if ('pid' in message) {
      const watcher = this.#watchers.get(message.pid);
      if (watcher !== undefined) watcher(message);
      else this.#early.set(message.pid, [...(this.#early.get(message.pid) ?? []), message]);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error === undefined) waiting?.resolve(revive(message.value));
    else waiting?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
  }
}

type Message =
  | ({ readonly pid: number } & Told)
  | { readonly id: number; readonly value: unknown; readonly error?: { message: string; code?: string } };

/** Bytes come over the channel as Uint8Array; specs expect a Buffer. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null || !('data' in value)) return value;
  return { ...value, data: Buffer.from(value.data as Uint8Array) };
}
