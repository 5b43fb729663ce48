/** What has to happen to other units so that one can be started or stopped (systemd.unit(5)). Nothing happens in here. */

import type { Relation, UnitHead } from '../model/unit.ts';
import { isForeign } from './relations.ts';
import type { ActiveState, JobMode, Verb } from './types.ts';

/** What is looked at. */
export interface View {
  /** Also of units that cannot be started; null: there is no such unit. */
  head(name: string): UnitHead | null;
  active(name: string): ActiveState;
  /** The units that have this relation to `name`. */
  reverse(relation: Relation, name: string): Iterable<string>;
  job(name: string): Verb | null;
}

/** A job to be queued; `wanted`: whoever asked for it can do without. */
export interface Planned {
  readonly verb: Verb;
  readonly wanted: boolean;
}

/** The jobs by unit, or why they cannot be. */
export type Plan = { readonly jobs: ReadonlyMap<string, Planned> } | { readonly problem: string };

export interface Request {
  readonly verb: Verb;
  readonly unit: string;
  readonly mode: JobMode;
}

type Jobs = Map<string, Planned>;

/** A problem in words, or null. */
type Outcome = string | null;

/** Whose stop or restart by the administrator is ours too, by the relation they have to the other. */
const STOPPED_WITH: readonly Relation[] = [
  'requires',
  'requisite',
  'bindsTo',
  'partOf',
  'stopPropagatedFrom',
];

/** The jobs of one request. */
export function plan({ mode, unit, verb }: Request, view: View): Plan {
  const jobs: Jobs = new Map();
  const problem = add(jobs, { name: unit, verb, wanted: false }, view);
  if (problem !== null) return { problem };
  const needed = withoutIdle(jobs, unit, view);
  const destroyed = mode === 'fail' ? destroyedBy(needed, unit, view) : null;
  return destroyed === null ? { jobs: needed } : { problem: destroyed };
}

interface Addition {
  readonly name: string;
  readonly verb: Verb;
  readonly wanted: boolean;
}

function add(jobs: Jobs, { name, verb, wanted }: Addition, view: View): Outcome {
  if (isForeign(name, view.head(name))) return null;
  if (verb !== 'stop') {
    const problem = problemOf(name, view.head(name));
    if (problem !== null) return problem;
  }
  const planned = jobs.get(name);
  const merged = planned === undefined ? verb : merge(planned.verb, verb);
  if (merged === null) return contradiction(name, planned?.verb ?? verb, verb);
  const stillWanted = wanted && planned?.wanted !== false;
  jobs.set(name, { verb: merged, wanted: stillWanted });
  if (planned?.verb === merged && planned.wanted === stillWanted) return null;
  const relations = view.head(name)?.relations;
  return (
    (verb === 'start' || relations === undefined ? null : addStopped(jobs, name, verb, wanted, view)) ??
    (verb === 'stop' || relations === undefined ? null : addStarted(jobs, name, relations, wanted, view))
  );
}

/** Why a unit cannot be started, in the words of systemctl(1). */
export function problemOf(name: string, head: UnitHead | null): Outcome {
  if (/@\.[a-z]+$/.test(name)) return `Unit name ${name} is missing the instance name.`;
  switch (head?.load ?? 'not-found') {
    case 'loaded':
      return null;
    case 'not-found':
      return `Unit ${name} not found.`;
    case 'masked':
      return `Unit ${name} is masked.`;
    case 'bad-setting':
      return `Unit ${name} has a bad unit file setting: ${head?.problem}`;
    case 'error':
      return `Unit ${name} failed to load properly: ${head?.problem}`;
  }
}

/** Null: they contradict each other. */
function merge(a: Verb, b: Verb): Verb | null {
  if (a === b) return a;
  return a === 'stop' || b === 'stop' ? null : 'restart';
}

function contradiction(name: string, a: Verb, b: Verb): string {
  const [first, second] = a === 'stop' ? [a, b] : [b, a];
  return `Transaction contains conflicting jobs '${first}' and '${second}' for ${name}. Probably contradicting requirement dependencies configured.`;
}

/** What a start pulls in, and what it ends. */
function addStarted(
  jobs: Jobs,
  name: string,
  relations: UnitHead['relations'],
  wanted: boolean,
  view: View,
): Outcome {
  for (const other of [...relations.requires, ...relations.bindsTo]) {
    const problem = add(jobs, { name: other, verb: 'start', wanted }, view);
    if (problem !== null) return problem;
  }
  for (const other of [...relations.wants, ...relations.upholds]) tryToAdd(jobs, other, view);
  for (const other of relations.requisite) {
    if (!isForeign(other, view.head(other)) && !isUp(view.active(other)) && !jobs.has(other)) {
      return `Unit ${other} is not active, and ${name} asks for that (Requisite=).`;
    }
  }
  for (const other of [...relations.conflicts, ...view.reverse('conflicts', name)]) {
    const problem = add(jobs, { name: other, verb: 'stop', wanted }, view);
    if (problem !== null) return problem;
  }
  return null;
}

/** What cannot be had is done without, and so is all it would have pulled in. */
function tryToAdd(jobs: Jobs, name: string, view: View): void {
  const tried = new Map(jobs);
  if (add(tried, { name, verb: 'start', wanted: true }, view) !== null) return;
  for (const [unit, job] of tried) jobs.set(unit, job);
}

/** Those that the administrator's stop or restart of a unit stops or restarts too, as far as they run. */
function addStopped(
  jobs: Jobs,
  name: string,
  verb: 'stop' | 'restart',
  wanted: boolean,
  view: View,
): Outcome {
  const others = STOPPED_WITH.flatMap((relation) => [...view.reverse(relation, name)]);
  const told = verb === 'stop' ? (view.head(name)?.relations.propagatesStopTo ?? []) : [];
  for (const other of [...others, ...told]) {
    if (other === name || (!isRunning(view.active(other)) && view.job(other) === null)) continue;
    if (verb === 'restart' && jobs.has(other)) continue;
    const problem = add(jobs, { name: other, verb, wanted }, view);
    if (problem !== null) return problem;
  }
  return null;
}

/** Without what is so already; what was asked for stays. */
function withoutIdle(jobs: Jobs, unit: string, view: View): Jobs {
  const needed = [...jobs].filter(([name, { verb }]) => {
    if (name === unit || view.job(name) !== null) return true;
    const active = view.active(name);
    if (verb === 'start') return active !== 'active' && active !== 'reloading';
    return verb === 'restart' || isRunning(active);
  });
  return new Map(needed);
}

/** The first queued job that a planned one would take the place of. */
function destroyedBy(jobs: Jobs, unit: string, view: View): Outcome {
  for (const [name, { verb }] of jobs) {
    const queued = view.job(name);
    if (queued !== null && merge(queued, verb) === null) {
      return `Transaction for ${unit}/${jobs.get(unit)?.verb} is destructive (${name} has '${queued}' job queued, but '${verb}' is included in transaction).`;
    }
  }
  return null;
}

/** Running, or on its way to it. */
export function isUp(active: ActiveState): boolean {
  return active === 'active' || active === 'activating' || active === 'reloading';
}

/** Something of it is left to be stopped. */
export function isRunning(active: ActiveState): boolean {
  return active !== 'inactive' && active !== 'failed';
}
