/** The jobs of a daemon's units: one for each unit at a time, carried out in their order. */

import { circleOf } from '../model/circle.ts';
import type { Relation, UnitHead } from '../model/unit.ts';
import { type OrderView, waitsFor } from './order.ts';
import { isRunning, type Planned } from './transaction.ts';
import type { UnitRunner, Verb } from './types.ts';

/**
 * How a job ended. `skipped`: its conditions do not hold, which is no failure. `dependency`: a unit that it needs did not
 * start. `canceled`: another one took its place.
 */
export type JobResult = 'done' | 'skipped' | 'failed' | 'assert' | 'dependency' | 'canceled';

/** What a queue looks at and tells. */
export interface JobSite {
  head(name: string): UnitHead | null;
  reverse(relation: Relation, name: string): Iterable<string>;
  /** Made if it can be. */
  find(name: string): UnitRunner | null;
  /** Why a start does not even begin; null: nothing stands against it. */
  hindrance(runner: UnitRunner): 'skipped' | 'assert' | 'failed' | null;
  /** A restart that need not stop its unit first: it was done in another way. */
  restartInPlace(runner: UnitRunner): boolean;
  /** It is about to be done. */
  begins(runner: UnitRunner, verb: 'start' | 'stop'): void;
  ended(name: string, job: EndedJob): void;
}

/** A job that is over. */
export interface EndedJob {
  readonly verb: 'start' | 'stop';
  readonly result: JobResult;
  /** Whether its unit had been told. */
  readonly began: boolean;
}

interface Job {
  /** That of a restart becomes a start once its unit has stopped. */
  verb: Verb;
  runs: boolean;
  readonly tell: ((result: JobResult) => void)[];
}

/** The queue. Nothing is begun but by `run`, which the owner calls when something changed. */
export class Jobs {
  readonly #site: JobSite;
  readonly #jobs = new Map<string, Job>();
  readonly #order: OrderView;
  #running = false;

  constructor(site: JobSite) {
    this.#site = site;
    this.#order = {
      head: (name) => site.head(name),
      reverse: (relation, name) => site.reverse(relation, name),
      job: (name) => this.verb(name),
    };
  }

  get size(): number {
    return this.#jobs.size;
  }

  verb(name: string): Verb | null {
    return this.#jobs.get(name)?.verb ?? null;
  }

  /**
   * Queues planned jobs. A circle among those that must be is refused in words that name its members; one that can be broken
   * by leaving out what is only wanted loses that.
   */
  add(planned: ReadonlyMap<string, Planned>): string | null {
    const jobs = new Map(planned);
    for (;;) {
      const circle = this.#circle(jobs);
      if (circle === null) break;
      const spare = circle.find((name) => jobs.get(name)?.wanted === true);
      if (spare === undefined) return `Transaction order is cyclic: ${circle.join(' waits for ')}.`;
      jobs.delete(spare);
    }
    for (const [name, { verb }] of jobs) this.#put(name, verb);
    return null;
  }

  /** Calls back with the end of the job of a unit, once; at once when there is none. */
  whenDone(name: string, tell: (result: JobResult) => void): void {
    const job = this.#jobs.get(name);
    if (job === undefined) tell('done');
    else job.tell.push(tell);
  }

  /** Begins whatever waits for nothing any more. */
  run(): void {
    if (this.#running) return;
    this.#running = true;
    for (let begun = true; begun; ) {
      begun = false;
      for (const [name, job] of [...this.#jobs]) {
        if (job.runs || this.#jobs.get(name) !== job || this.#mustWait(name, job)) continue;
        begun = this.#begin(name, job) || begun;
      }
    }
    this.#running = false;
  }

  /** A unit changed: its job may be done. */
  settle(runner: UnitRunner): void {
    const job = this.#jobs.get(runner.name);
    if (job?.runs !== true) return;
    const result = job.verb === 'start' ? resultOfStart(runner) : resultOfStop(runner);
    if (result === null) return;
    if (job.verb === 'restart') this.#turn(job);
    else this.#end(runner.name, job, result);
  }

  #circle(planned: ReadonlyMap<string, Planned>): readonly string[] | null {
    const view = { ...this.#order, job: (name: string) => planned.get(name)?.verb ?? this.verb(name) };
    return circleOf(planned.keys(), (name) => waitsFor(name, view.job(name) ?? 'start', view));
  }

  #put(name: string, verb: Verb): void {
    const old = this.#jobs.get(name);
    if (old === undefined) {
      this.#jobs.set(name, { verb, runs: false, tell: [] });
      return;
    }
    // A restart is a start behind a stop: it holds both.
    if (old.verb === verb || (old.verb === 'restart' && verb === 'start')) return;
    if (verb === 'restart') {
      old.runs = old.runs && old.verb === 'stop';
      old.verb = verb;
      return;
    }
    this.#jobs.delete(name);
    this.#jobs.set(name, { verb, runs: false, tell: [] });
    this.#tell(name, old, 'canceled');
  }

  #mustWait(name: string, { verb }: Job): boolean {
    if (waitsFor(name, verb, this.#order).length > 0) return true;
    // What stops is started when it has stopped.
    return verb === 'start' && this.#site.find(name)?.active === 'deactivating';
  }

  /** Whether anything happened. */
  #begin(name: string, job: Job): boolean {
    const runner = this.#site.find(name);
    if (runner === null) {
      this.#end(name, job, job.verb === 'stop' ? 'done' : 'failed');
      return true;
    }
    if (job.verb === 'start') this.#start(runner, job);
    else this.#stop(runner, job);
    return true;
  }

  #start(runner: UnitRunner, job: Job): void {
    const { active, name, sub } = runner;
    if (active === 'active' || active === 'reloading') {
      this.#end(name, job, 'done');
      return;
    }
    if (active === 'activating' && !sub.startsWith('auto-restart')) {
      // It is on its way already.
      job.runs = true;
      return;
    }
    const hindrance = this.#site.hindrance(runner);
    if (hindrance !== null) {
      this.#end(name, job, hindrance);
      return;
    }
    job.runs = true;
    this.#site.begins(runner, 'start');
    runner.start();
    this.settle(runner);
  }

  #stop(runner: UnitRunner, job: Job): void {
    const { active, name, sub } = runner;
    // Its own restart: it has stopped already.
    const stopped = !isRunning(active) || (job.verb === 'restart' && sub === 'auto-restart-queued');
    if (stopped) {
      if (job.verb === 'restart') this.#turn(job);
      else this.#end(name, job, 'done');
      return;
    }
    if (job.verb === 'restart' && this.#site.restartInPlace(runner)) {
      this.#end(name, job, 'done');
      return;
    }
    job.runs = true;
    this.#site.begins(runner, 'stop');
    runner.stop();
    this.settle(runner);
  }

  /** The second half of a restart. */
  #turn(job: Job): void {
    job.verb = 'start';
    job.runs = false;
  }

  #end(name: string, job: Job, result: JobResult): void {
    if (this.#jobs.get(name) !== job) return;
    this.#jobs.delete(name);
    this.#tell(name, job, result);
    if (job.verb !== 'stop' && result !== 'done' && result !== 'skipped') this.#failDependents(name);
  }

  /** Who needs a unit that did not start, and waits for it, is not started. */
  #failDependents(name: string): void {
    for (const relation of ['requires', 'requisite', 'bindsTo'] as const) {
      for (const other of this.#site.reverse(relation, name)) {
        const job = this.#jobs.get(other);
        if (job !== undefined && job.verb === 'start' && !job.runs) this.#end(other, job, 'dependency');
      }
    }
  }

  #tell(name: string, { runs, tell, verb }: Job, result: JobResult): void {
    this.#site.ended(name, { verb: verb === 'start' ? 'start' : 'stop', result, began: runs });
    for (const call of tell) call(result);
  }
}

/** Null: it goes on. */
function resultOfStart({ active, result, sub }: UnitRunner): JobResult | null {
  switch (active) {
    case 'active':
    case 'reloading':
      return 'done';
    case 'failed':
      return 'failed';
    case 'inactive':
      return result === 'success' ? 'done' : result === 'exec-condition' ? 'skipped' : 'failed';
    case 'activating':
      // Its first life is over.
      return sub === 'auto-restart' ? 'failed' : null;
    case 'deactivating':
      return null;
  }
}

function resultOfStop({ active }: UnitRunner): JobResult | null {
  return isRunning(active) ? null : 'done';
}
