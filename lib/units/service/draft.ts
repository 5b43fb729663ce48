/** The next life of a service and what is to be done for it, while a step works them out. */

import type { ServiceUnit } from '../../model/service-unit.ts';
import type { Action, CommandRef, Life, Message, Result, Role, Step, Sub } from './life.ts';

/** States that last as long as they last: a timer of an earlier one has no meaning in them. */
const UNTIMED: ReadonlySet<Sub> = new Set(['dead', 'failed', 'exited', 'auto-restart-queued']);

/** Collects changes; lives for one step only. */
export class Draft {
  readonly unit: ServiceUnit;
  readonly #actions: Action[] = [];
  #life: Life;

  constructor(life: Life, unit: ServiceUnit) {
    this.#life = life;
    this.unit = unit;
  }

  get life(): Life {
    return this.#life;
  }

  get step(): Step {
    return { life: this.#life, actions: this.#actions };
  }

  set(change: Partial<Life>): void {
    this.#life = { ...this.#life, ...change };
  }

  do(...actions: readonly Action[]): void {
    this.#actions.push(...actions);
  }

  say(message: Message): void {
    this.do({ do: 'say', message });
  }

  /** The first failure stays. */
  note(result: Result): void {
    if (this.#life.result === 'success') this.set({ result });
  }

  enter(sub: Sub): void {
    this.set({ sub });
    this.do({ do: 'enter', sub });
    if (UNTIMED.has(sub)) this.do({ do: 'timer', afterMs: Number.POSITIVE_INFINITY });
  }

  /** Starts a process that may take so long until it is ready, or done. */
  run(role: Role, command: CommandRef, timeoutMs: number): void {
    const process = { pid: null, command };
    this.set(role === 'main' ? { main: process, mainKnown: true } : { control: process });
    this.do({ do: 'timer', afterMs: timeoutMs }, { do: 'run', role, command });
  }

  /** Begins a list of commands in a state of its own; false: it is empty. */
  begin(kind: Phase, sub: Sub, timeoutMs: number): boolean {
    this.set({ control: null });
    if (this.unit.commands[kind].length === 0) return false;
    this.enter(sub);
    this.run('control', { kind, index: 0 }, timeoutMs);
    return true;
  }
}

/** The lists whose commands are awaited one after the other. */
export type Phase = Exclude<CommandRef['kind'], 'start'>;
