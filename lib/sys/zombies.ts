/** Exits that came before anybody knew whose they are: a child is often reaped before its start is reported. */

import type { Exit } from './wait.ts';

interface Kept {
  readonly exit: Exit;
  /** The last start that had been asked for when the exit was seen: it can only be the child of that one or an earlier. */
  readonly serial: number;
}

/** Matches exits with starts. Starts carry serial numbers in their order. */
export class Zombies {
  readonly #kept = new Map<number, Kept>();
  readonly #expected = new Set<number>();

  /** An exit of a pid that nobody runs under; one that was expected is dropped. */
  keep(exit: Exit, serial: number): void {
    if (this.#expected.delete(exit.pid)) return;
    this.#kept.set(exit.pid, { exit, serial });
  }

  /** Whether an exit of this pid is kept. */
  has(pid: number): boolean {
    return this.#kept.has(pid);
  }

  /** The exit of a start's child, if it came already. One from before the start is another process's. */
  take(pid: number, serial: number): Exit | null {
    const kept = this.#kept.get(pid);
    if (!kept || serial > kept.serial) return null;
    this.#kept.delete(pid);
    return kept.exit;
  }

  /** The exit of this pid will come and nobody wants to hear of it. */
  expect(pid: number): void {
    this.#expected.add(pid);
  }

  /** The kept exits that no start can claim any more, when the oldest unreported one has this serial: whose nobody is. */
  orphans(oldest: number): readonly Exit[] {
    const exits: Exit[] = [];
    for (const { exit, serial } of this.#kept.values()) if (serial < oldest) exits.push(exit);
    for (const { pid } of exits) this.#kept.delete(pid);
    return exits;
  }
}
