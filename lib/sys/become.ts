/** Becoming another program without becoming another process. */

import { errnoName } from './errno.ts';
import { SystemError } from './errors.ts';
import { native } from './native.ts';
import { type CallPlan, compilePlan } from './plan.ts';
import type { Fd } from './socket.ts';

/**
 * Carries out a plan in this process, whose last step runs the program: same pid, handlers of signals reset. Never returns.
 * When a step fails, `complaint` and the reason go to standard error, and the process ends with status 1.
 */
export function become(plan: CallPlan, fds: readonly Fd[], complaint: string): never {
  const result = native.become(compilePlan(plan), fds, [complaint]);
  throw new SystemError(errnoName(-result), 'become', complaint);
}
