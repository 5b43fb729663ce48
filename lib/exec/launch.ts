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

/** How a child ended, and the processor time it used. */
export interface Exit {
  readonly pid: number;
  readonly status: number | null;
  readonly signal: number | null;
  /** The signal left a core dump. */
  readonly dumped?: boolean;
  readonly userMs: number;
  readonly systemMs: number;
}

/** A start that did not reach its program: the operation's name and the code of its errno. */
export interface StartFailure {
  readonly step: string;
  readonly code: string;
  /** Which operation of the plan it was; below 0 one of the steps before them. */
  readonly at?: number;
}

/** Exactly one of started and failed is called, perhaps at once; exited only after started. */
export interface StartHandlers {
  started(pid: number): void;
  failed(failure: StartFailure): void;
  exited(exit: Exit): void;
}

/**
 * Starts the children of one service. Its plan is made once: not by the load but by the first caller, so that ten
 * thousand services that nobody calls cost no memory for it.
 */
export class Launcher {
  readonly #children: Children;
  readonly #planOf: () => SpawnPlan;
  #compiled: Compiled | null = null;

  constructor(children: Children, planOf: () => SpawnPlan) {
    this.#children = children;
    this.#planOf = planOf;
  }

  start(start: Start, handlers: StartHandlers): void {
    try {
      this.#compiled ??= compile(this.#planOf());
      const compiled = this.#compiled;
      this.#children.start(compiled.native, start, {
        started({ errno, pid, step }) {
          if (errno === null) handlers.started(pid);
          else handlers.failed({ ...compiled.stepOf(step), code: errno });
        },
        exited: (exit) => handlers.exited(exit),
      });
    } catch (error) {
      // No thread, no memory: nothing was begun, and the descriptors are still ours.
      if (start.closeAfter) for (const fd of start.fds) close(fd);
      handlers.failed({
        step: 'clone',
        at: CLONE,
        code: error instanceof SystemError ? error.code : 'EINVAL',
      });
    }
  }
}

/** The first of the steps before a plan. */
const CLONE = -4;

interface Compiled {
  readonly native: NativePlan;
  /** Reports count calls; people know operations. */
  readonly stepOf: (step: number) => Omit<StartFailure, 'code'>;
}

function compile(plan: SpawnPlan): Compiled {
  const { plan: calls, operationOf } = callsOf(plan);
  return {
    native: compilePlan(calls),
    stepOf(step) {
      const at = step < 0 ? step : (operationOf[step] ?? step);
      return { step: stepName(plan, at), at };
    },
  };
}
