/** The only place where children of services are started. */

import type { Children } from '../sys/children.ts';
import { SystemError } from '../sys/errors.ts';
import type { NativePlan } from '../sys/native.ts';
import { compilePlan } from '../sys/plan.ts';
import { close } from '../sys/socket.ts';
import { callsOf } from './calls.ts';
import { stepName } from './describe.ts';
import type { SpawnPlan } from './plan.ts';

/** What one start fills in. */
export interface Start {
  /** Low, blocking descriptors in the order of the plan's slots. */
  readonly fds: readonly number[];
  /** Close them in the daemon once the child has its own copies, or failed. */
  readonly closeAfter: boolean;
  /** The texts of argv's slots, then further NAME=value, at most as many as the plan keeps slots for. */
  readonly strings: readonly string[];
}

/** How a child ended, and the processor time it used. Its largest size is not told: until exec it shared ours. */
export interface Exit {
  readonly pid: number;
  readonly status: number | null;
  readonly signal: number | null;
  readonly userMs: number;
  readonly systemMs: number;
}

/** A start that did not reach its program: the operation's name and the code of its errno. */
export interface StartFailure {
  readonly step: string;
  readonly code: string;
}

/** Exactly one of started and failed is called, perhaps at once; exited only after started. */
export interface StartHandlers {
  started(pid: number): void;
  failed(failure: StartFailure): void;
  exited(exit: Exit): void;
}

/** Starts the children of one service. The plan is compiled once, at the first caller. */
export class Launcher {
  readonly plan: SpawnPlan;
  readonly #children: Children;
  #compiled: NativePlan | null = null;
  #operationOf: readonly number[] = [];

  constructor(children: Children, plan: SpawnPlan) {
    this.plan = plan;
    this.#children = children;
  }

  start(start: Start, handlers: StartHandlers): void {
    // Ten thousand services that nobody calls need no memory for compiled plans.
    this.#compiled ??= this.#compile();
    try {
      this.#children.start(this.#compiled, start, {
        started: ({ errno, pid, step }) => {
          if (errno === null) handlers.started(pid);
          else handlers.failed({ step: this.#step(step), code: errno });
        },
        exited: ({ pid, signal, status, systemMs, userMs }) =>
            handlers.exited({ pid, status, signal, userMs, systemMs }),
      });
    } catch (error) {
      // No thread, no memory: nothing was begun, and the descriptors are still ours.
      if (start.closeAfter) for (const fd of start.fds) close(fd);
      handlers.failed({ step: 'clone', code: error instanceof SystemError ? error.code : 'EINVAL' });
    }
  }

  #compile(): NativePlan {
    const { plan, operationOf } = callsOf(this.plan);
    this.#operationOf = operationOf;
    return compilePlan(plan);
  }

  /** Reports count calls; people know operations. */
  #step(step: number): string {
    return stepName(this.plan, step < 0 ? step : (this.#operationOf[step] ?? step));
  }
}
