/** Starts a command of a unit: looks up what its plan needs, opens its descriptors, runs the plan. */

import type { Children } from '../../sys/children.ts';
import { SystemError } from '../../sys/errors.ts';
import { limitOf } from '../../sys/limits.ts';
import type { Fd } from '../../sys/socket.ts';
import type { Exit, Launcher, StartFailure } from '../launch.ts';
import type { ChildDefaults, SpawnPlan } from '../plan.ts';
import type { CommandFacts, CommandRequest, GivenName } from './command.ts';
import { DIRECTORY_EXIT } from './directories.ts';
import { readEnvironmentFiles } from './environment-files.ts';
import { exitOfStep } from './exit-names.ts';
import { findIdentity } from './identity.ts';
import { makeDirectories } from './make-directories.ts';
import { closeFiles, openFiles } from './open-files.ts';
import { openSources } from './open-sources.ts';
import { planCommand } from './plan-command.ts';
import { type ReadyPlan, SharedPlans } from './shared-plans.ts';

/** A descriptor that stays the caller's. */
export interface Given extends GivenName {
  readonly fd: Fd;
}

/** What is known only when a command is started. */
export interface CommandStart extends CommandRequest {
  /** NAME=value (CommandFacts.told). */
  readonly told: readonly string[];
  readonly invocation: string;
  readonly watchdogUs: number | null;
  readonly sockets: readonly Given[];
  readonly stored: readonly Given[];
}

/** What commands are started with. */
export interface CommandTools {
  readonly children: Children;
  readonly defaults: ChildDefaults;
  /** Those of earlier starts; without them each start has one of its own. */
  readonly plans?: SharedPlans;
  /** The end to write to of a stream of lines into the log. Throws a SystemError. */
  log(): Fd;
  /** Something that does not keep the command from being started; a line for people. */
  warn(problem: string): void;
}

/** Why a command did not run its program; `exit`: the step as an exit status, null: no process or memory to be had. */
export interface CommandFailure {
  readonly exit: number | null;
  readonly reason: string;
}

/** Exactly one of started and failed is called, never from inside the start; exited only after started. */
export interface CommandHandlers {
  started(pid: number): void;
  failed(failure: CommandFailure): void;
  exited(exit: Exit): void;
}

/** Starts it. */
export function startCommand(start: CommandStart, tools: CommandTools, handlers: CommandHandlers): void {
  const prepared = trying(() => prepare(start, tools));
  if ('reason' in prepared) {
    setImmediate(() => handlers.failed(prepared));
    return;
  }
  const { fds, launcher, plan, strings } = prepared;
  let inside = true;
  launcher.start(
    { fds, closeAfter: true, strings },
    {
      started: (pid) => handlers.started(pid),
      failed(failure) {
        const told = failureOf(plan, failure);
        if (inside) setImmediate(() => handlers.failed(told));
        else handlers.failed(told);
      },
      exited: (exit) => handlers.exited(exit),
    },
  );
  inside = false;
}

interface Prepared {
  readonly launcher: Launcher;
  readonly plan: SpawnPlan;
  readonly strings: readonly string[];
  readonly fds: readonly Fd[];
}

/** Files that the daemon opens for a service are passed on behind what it stored. */
function prepare(start: CommandStart, tools: CommandTools): Prepared | CommandFailure {
  const { openFiles: wanted = [] } = start.unit;
  if (wanted.length === 0 || start.kind !== 'start') return prepareWith(start, tools);
  const files = openFiles(wanted, (problem) => tools.warn(problem));
  if ('reason' in files) return files;
  try {
    return prepareWith({ ...start, stored: [...start.stored, ...files] }, tools);
  } finally {
    closeFiles(files);
  }
}

function prepareWith(start: CommandStart, tools: CommandTools): Prepared | CommandFailure {
  const ready = tools.plans?.find(start) ?? makePlan(start, tools);
  if ('reason' in ready) return ready;
  const { gid, user } = ready.identity;
  for (const directories of start.unit.exec.directories) {
    const made = trying(() => makeDirectories(directories, { uid: user.uid, gid }));
    if (made !== undefined) {
      return {
        exit: DIRECTORY_EXIT[directories.kind],
        reason: `${directories.kind} directory: ${made.reason}`,
      };
    }
  }
  return open(start, ready, tools);
}

function makePlan(start: CommandStart, tools: CommandTools): ReadyPlan | CommandFailure {
  const facts = findFacts(start, tools.defaults);
  if ('reason' in facts) return facts;
  const plan = planCommand(start, facts);
  if ('problem' in plan) return { exit: null, reason: plan.problem };
  for (const name of plan.unset) {
    tools.warn(`Referenced but unset environment variable evaluates to an empty string: ${name}`);
  }
  return (tools.plans ?? new SharedPlans(tools.children)).add(start, plan, facts);
}

/** Everything that the plan depends on, or why it cannot be found out. */
export function findFacts(start: CommandStart, defaults: ChildDefaults): CommandFacts | CommandFailure {
  const { exec } = start.unit;
  const identity = findIdentity(exec, process.geteuid?.() ?? 0);
  if ('exit' in identity) return identity;
  const files = readEnvironmentFiles(exec.environmentFiles);
  if ('problem' in files) return { exit: null, reason: files.problem };
  const { invocation, sockets, stored, told, watchdogUs } = start;
  const hardLimits = Object.fromEntries(
    ['memlock', ...exec.resources.map(({ resource }) => resource)].map((resource) => [
      resource,
      limitOf(`RLIMIT_${resource.toUpperCase()}`).hard,
    ]),
  );
  return { identity, files, told, invocation, watchdogUs, sockets, stored, defaults, hardLimits };
}

function open(
  { sockets, stored, unit }: CommandStart,
  { launcher, planned, strings }: ReadyPlan,
  tools: CommandTools,
): Prepared | CommandFailure {
  const fds = openSources(planned, {
    given: [...sockets, ...stored].map(({ fd }) => fd),
    sockets: sockets.length,
    umask: unit.exec.umask,
    log: () => tools.log(),
  });
  return 'reason' in fds ? fds : { fds, launcher, plan: planned.plan, strings };
}

function failureOf(plan: SpawnPlan, { at, code, step }: StartFailure): CommandFailure {
  const operation = plan.operations[at ?? -1];
  const what = operation?.op === 'exec' ? operation.program : step;
  return { exit: at === undefined ? null : exitOfStep(plan, at), reason: `${what}: ${code}` };
}

/** A failure of the system as one of the start. */
function trying<T>(act: () => T): T | CommandFailure {
  try {
    return act();
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    if (typeof code !== 'string') throw error;
    return { exit: null, reason: error instanceof SystemError ? message : code };
  }
}
