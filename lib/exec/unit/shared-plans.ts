/** Plans of commands that are started again and again, as those of instances are: made once, told anew at each start. */

import type { ExecSettings } from '../../model/exec-settings.ts';
import { isSame } from '../../model/same.ts';
import type { Command } from '../../model/unit.ts';
import type { Children } from '../../sys/children.ts';
import { Launcher } from '../launch.ts';
import type { CommandFacts, CommandRequest, GivenName } from './command.ts';
import { findIdentity, type UnitIdentity } from './identity.ts';
import type { CommandPlan } from './plan-command.ts';

/** A start of a command that the plan knows nothing of: its texts, and the names of its descriptors. */
export interface Run extends CommandRequest {
  /** NAME=value (CommandFacts.told). */
  readonly told: readonly string[];
  readonly invocation: string;
  readonly watchdogUs: number | null;
  readonly sockets: readonly GivenName[];
  readonly stored: readonly GivenName[];
}

/** A plan that can be started. */
export interface ReadyPlan {
  readonly planned: CommandPlan;
  readonly identity: UnitIdentity;
  readonly launcher: Launcher;
  /** What this start fills in (Start.strings). */
  readonly strings: readonly string[];
}

interface Kept extends Omit<ReadyPlan, 'strings'> {
  readonly exec: ExecSettings;
  readonly form: string;
}

/** Remembers the last plan of each command for as long as its unit is known. */
export class SharedPlans {
  readonly #children: Children;
  readonly #kept = new WeakMap<Command, Kept>();

  constructor(children: Children) {
    this.#children = children;
  }

  /** The plan of an earlier run that differs in its texts only; null: there is none. Accounts are looked up anew. */
  find(run: Run): ReadyPlan | null {
    const kept = this.#kept.get(run.command);
    const { exec } = run.unit;
    if (kept === undefined || kept.exec !== exec || kept.form !== formOf(run)) return null;
    if (namesAccounts(exec) && !isSame(findIdentity(exec, process.geteuid?.() ?? 0), kept.identity))
      return null;
    return { ...kept, strings: stringsOf(run) };
  }

  /** A new plan, kept for others where nothing in it hangs on this one run. */
  add(run: Run, planned: CommandPlan, { identity }: CommandFacts): ReadyPlan {
    if (!isShareable(run)) {
      return { planned, identity, launcher: new Launcher(this.#children, () => planned.plan), strings: [] };
    }
    const open = { ...planned, plan: opened(planned.plan, run) };
    const launcher = new Launcher(this.#children, () => open.plan);
    const { command, unit } = run;
    this.#kept.set(command, { planned: open, identity, launcher, exec: unit.exec, form: formOf(run) });
    return { planned: open, identity, launcher, strings: stringsOf(run) };
  }
}

/** What is the same in all runs that share a plan. */
function formOf({ kind, passes, sockets, stored, told, watchdogUs }: Run): string {
  const names = told.map(nameOf);
  for (const { name } of sockets) names.push(`<${name}`);
  for (const { name } of stored) names.push(`+${name}`);
  return `${kind} ${passes} ${watchdogUs} ${names.join(' ')}`;
}

function stringsOf({ invocation, told }: Run): readonly string[] {
  return [...told, `INVOCATION_ID=${invocation}`];
}

/** Nothing but the environment has a text of the run, and nothing takes the place of that text or takes it away. */
function isShareable(run: Run): boolean {
  const { command, unit } = run;
  const { environment, environmentFiles, passEnvironment, unsetEnvironment } = unit.exec;
  if (environmentFiles.length > 0) return false;
  if (command.substitute && command.argv.some((word) => word.includes('$'))) return false;
  const own = new Set(stringsOf(run).map(nameOf));
  return ![...environment, ...passEnvironment, ...unsetEnvironment].some((word) => own.has(nameOf(word)));
}

/** The texts of the run become slots. */
function opened(plan: CommandPlan['plan'], run: Run): CommandPlan['plan'] {
  const own = new Set(stringsOf(run).map(nameOf));
  return {
    ...plan,
    environment: Object.fromEntries(Object.entries(plan.environment).filter(([name]) => !own.has(name))),
    environmentSlots: own.size,
  };
}

function nameOf(text: string): string {
  const at = text.indexOf('=');
  return at < 0 ? text : text.slice(0, at);
}

function namesAccounts({ group, supplementaryGroups, user }: ExecSettings): boolean {
  return user !== null || group !== null || supplementaryGroups.length > 0;
}
