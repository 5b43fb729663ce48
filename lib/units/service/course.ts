/** The course of a service's life: takes events one after another, and has done what each of them asks for. */

import type { ServiceUnit } from '../../model/service-unit.ts';
import { type Action, type Life, type ServiceEvent, SUBS, UNBORN } from './life.ts';
import { step } from './state.ts';

export interface CourseOptions {
  /** The definition as it is now. */
  readonly unit: () => ServiceUnit;
  /** Whether an event means nothing, since something else has come before it. */
  readonly overtaken: (event: ServiceEvent) => boolean;
  /** Another life begins. */
  readonly begins: () => void;
  readonly perform: (action: Action) => void;
  /** Nothing more is to be done. */
  readonly settled: () => void;
}

/** What happens while an event is dealt with waits for its turn. */
export class Course {
  readonly #options: CourseOptions;
  readonly #queue: ServiceEvent[] = [];
  #life: Life = UNBORN;
  #busy = false;

  constructor(options: CourseOptions) {
    this.#options = options;
  }

  get life(): Life {
    return this.#life;
  }

  apply(event: ServiceEvent): void {
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#busy = false;
    }
    this.#options.settled();
  }

  #step(event: ServiceEvent): void {
    const { begins, overtaken, perform, unit } = this.#options;
    const was = this.#life.sub;
    if (overtaken(event)) return;
    const { actions, life } = step(this.#life, event, unit());
    if (event.name === 'start' && SUBS[was] !== SUBS.start && life.sub !== was) begins();
    // The actions tell the states on the way to this one, in their order.
    this.#life = { ...life, sub: was };
    for (const action of actions) {
      if (action.do === 'enter') this.#life = { ...this.#life, sub: action.sub };
      perform(action);
    }
    this.#life = life;
  }
}
