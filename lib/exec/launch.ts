/** The only place where children of services are started. */

import type { Children } from '../sys/children.ts';
import type { NativePlan } from '../sys/native.ts';
import { compilePlan } from '../sys/plan.ts';
import { close } from '../sys/socket.ts';
import { callsOf } from './calls.ts';
import { stepName } from './describe.ts';
import { planShell, type SpawnPlan } from './plan.ts';

/** What one start fills in. */
export interface Start {
  /** Low, blocking descriptors in the order of the plan's slots. */
  readonly fds: readonly number[];
  /** Close them in the daemon once the child has its own copies, or failed. */
  readonly closeAfter: boolean;
  /** The peer in the form of an argument, when the plan has such a slot. */
  readonly peer?: string;
  /** Further NAME=value, at most as many as the plan keeps slots for. */
  readonly environment?: readonly string[];
}

/** How a child ended, with what it used. */
export interface Exit {
  readonly pid: number;
  readonly status: number | null;
  readonly signal: number | null;
  readonly userMs: number;
  readonly systemMs: number;
  readonly maxRssKb: number;
}

/** A start that did not reach its program: the operation's name and the code of its errno. */
export interface StartFailure {
  readonly step: string;
  readonly code: string;
}

/** Exactly one of started and failed is called, later; exited only after started. */
export interface StartHandlers {
  started(pid: number): void;
  failed(failure: StartFailure): void;
  exited(exit: Exit): void;
}

/** Starts the children of one service. The plan is compiled once, when the service is loaded. */
export class Launcher {
  readonly plan: SpawnPlan;
  readonly #children: Children;
  readonly #shellFallback: boolean;
  #compiled: NativePlan | null = null;
  #operationOf: readonly number[] = [];

  constructor(children: Children, plan: SpawnPlan, shellFallback: boolean) {
    this.plan = plan;
    this.#children = children;
    this.#shellFallback = shellFallback;
  }

  start(start: Start, handlers: StartHandlers): void {
    // Ten thousand services that nobody calls need no memory for compiled plans.
    this.#compiled ??= this.#compile();
    const keep = this.#shellFallback;
    const strings = [...(start.peer === undefined ? [] : [start.peer]), ...(start.environment ?? [])];
    this.#children.start(
      this.#compiled,
      { fds: start.fds, strings, closeAfter: start.closeAfter && !keep },
      {
        started: (report) => {
          if (report.errno === null) {
            if (keep && start.closeAfter) closeAll(start.fds);
            handlers.started(report.pid);
          } else if (keep && report.errno === 'ENOEXEC') {
            new Launcher(this.#children, planShell(this.plan), false).start(start, handlers);
          } else {
            if (keep && start.closeAfter) closeAll(start.fds);
            handlers.failed({
              step: this.#step(report.step),
              code: report.timedOut ? 'ETIMEDOUT' : report.errno,
            });
          }
        },
        exited: (exit) => handlers.exited(exit),
      },
    );
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

function closeAll(fds: readonly number[]): void {
  for (const fd of fds) close(fd);
}
