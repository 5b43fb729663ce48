/** All units of a daemon: what they are, what they do to each other, and what is asked of them. */

import type { ServiceUnit } from '../model/service-unit.ts';
import type { SocketUnit } from '../model/socket-unit.ts';
import type { LoadState } from '../model/unit.ts';
import type { World } from '../service/serving.ts';
import type { Facts } from './condition-tests.ts';
import { consequences } from './consequences.ts';
import { hindranceOf } from './hindrance.ts';
import { isInstance, reportBegin, reportEnd } from './job-reports.ts';
import { type EndedJob, type JobResult, Jobs } from './jobs.ts';
import { Registry } from './registry.ts';
import { isForeign } from './relations.ts';
import type { UnitStore } from './store.ts';
import { isRunning, type Plan, plan, problemOf } from './transaction.ts';
import type { ActiveState, Home, JobMode, ServiceRunner, SocketRunner, UnitRunner, Verb } from './types.ts';

/** What units are made with. */
export interface UnitsOptions {
  readonly world: World;
  readonly store: UnitStore;
  readonly facts: Facts;
  makeSocket(unit: SocketUnit, home: Home): SocketRunner;
  makeService(unit: ServiceUnit, home: Home): ServiceRunner;
  /** Calls back soon, but not from inside this call. */
  soon(call: () => void): void;
}

/** How a verb ended: `refused` ones never became a job, and say why. */
export type VerbResult =
  | { readonly result: JobResult }
  | { readonly result: 'refused'; readonly problem: string };

/** The units that run, or that somebody asked about. */
export class Units implements Home {
  readonly world: World;
  readonly #options: UnitsOptions;
  readonly #registry: Registry;
  readonly #jobs: Jobs;
  /** Changes that nobody has heard of, and whether a call is on its way to tell them. */
  readonly #news: (() => void)[] = [];
  #awaited = false;
  /** Sockets that wait until nothing stands against their services. */
  readonly #deferred = new Set<SocketRunner>();
  #jobEnded = false;
  /** Nothing is started any more on anybody's account but the administrator's. */
  #stopping = false;

  constructor(options: UnitsOptions) {
    this.#options = options;
    this.world = options.world;
    this.#registry = new Registry(options.store, (unit) =>
      unit.kind === 'socket' ? options.makeSocket(unit, this) : options.makeService(unit, this),
    );
    const registry = this.#registry;
    const { facts, world } = options;
    this.#jobs = new Jobs({
      head: (name) => registry.head(name),
      reverse: (relation, name) => registry.reverse.of(relation, name),
      find: (name) => registry.find(name),
      hindrance: (runner) => hindranceOf(runner, { emit: world.emit, facts }),
      restartInPlace: (runner) => this.#restartInPlace(runner),
      begins: (runner, verb) => reportBegin(runner, verb, world),
      ended: (name, job) => this.#ended(name, job),
    });
  }

  /** Those that were looked at since the start. */
  get runners(): Iterable<UnitRunner> {
    return this.#registry.runners;
  }

  /** How many descriptors are listened on. */
  get sockets(): number {
    let sockets = 0;
    for (const runner of this.#registry.sockets) sockets += runner.descriptors.length;
    return sockets;
  }

  /** Units that are no instances of connections. */
  get size(): number {
    let size = 0;
    for (const { name } of this.#registry.runners) if (!isInstance(name)) size += 1;
    return size;
  }

  /** Starts units at the beginning: every listener before any service. */
  startAll(names: readonly string[]): void {
    const isSocket = (name: string) => name.endsWith('.socket');
    for (const name of names.filter(isSocket)) this.#try('start', name);
    this.#work();
    for (const name of names.filter((unit) => !isSocket(unit))) this.#try('start', name);
    this.#later();
  }

  /** Starts, stops or restarts a unit on the administrator's word, and says how that ended. */
  run(verb: Verb, unit: string, mode: JobMode = 'replace'): Promise<VerbResult> {
    const name = this.#registry.canonical(unit);
    const problem = this.#refusal(verb, name) ?? this.request(verb, name, mode);
    if (problem !== null) return Promise.resolve({ result: 'refused', problem });
    return new Promise((resolve) => this.#jobs.whenDone(name, (result) => resolve({ result })));
  }

  /** Tells a service to read its configuration anew. Null: it was told; else why not. */
  reload(unit: string): string | null {
    const runner = this.find(unit);
    if (runner === null) return problemOf(unit, this.#registry.head(unit)) ?? `Unit ${unit} not found.`;
    if (runner.reload === undefined) return `Job type reload is not applicable for unit ${runner.name}.`;
    if (runner.active !== 'active') return `${runner.name} is not active, cannot reload.`;
    return runner.reload();
  }

  /** Forgets the failures and counted starts of a unit. */
  resetFailed(unit: string): void {
    this.#registry.known(unit)?.resetFailed();
  }

  /** Goes on with other definitions. What runs, runs on; names say which units changed and which have no file any more. */
  replace(store: UnitStore): { readonly changed: readonly string[]; readonly gone: readonly string[] } {
    const result = this.#registry.replace(store);
    for (const name of result.gone) this.#forget(name);
    this.#later();
    return result;
  }

  /** Stops everything, or closes the sockets alone and leaves the services. Done when all has ended. */
  async stopAll(what: 'all' | 'sockets'): Promise<void> {
    this.#stopping = true;
    const runners = [...this.#registry.runners].filter(({ active }) => isRunning(active));
    if (what === 'sockets') {
      for (const runner of this.#registry.sockets) runner.stop();
      return;
    }
    await Promise.all(runners.map(({ name }) => this.#stopped(name)));
  }

  find(unit: string): UnitRunner | null {
    return this.#registry.find(unit);
  }

  load(unit: string): LoadState {
    return this.#registry.head(unit)?.load ?? 'not-found';
  }

  socketsOf(service: string): readonly SocketRunner[] {
    return this.#registry.socketsOf(service).filter(({ active }) => active === 'active');
  }

  hasJob(unit: string, verb?: 'start' | 'stop'): boolean {
    const job = this.#jobs.verb(unit);
    if (job === null || verb === undefined) return job !== null;
    return job === verb || job === 'restart';
  }

  request(verb: Verb, unit: string, mode: JobMode): string | null {
    if (this.#stopping && verb !== 'stop') return 'the daemon stops';
    const name = this.#registry.canonical(unit);
    const registry = this.#registry;
    const planned = this.#plan(verb, name, mode);
    if ('problem' in planned) return planned.problem;
    // Whoever is to be started is known, with all it says about others, before the order is asked for.
    for (const [other, { verb: what }] of planned.jobs) if (what !== 'stop') registry.find(other);
    const problem = this.#jobs.add(planned.jobs);
    if (problem === null) this.#later();
    return problem;
  }

  disturbs(unit: string): boolean {
    const planned = this.#plan('start', this.#registry.canonical(unit), 'replace');
    if ('problem' in planned) return false;
    return [...planned.jobs].some(([name, { verb }]) => verb === 'stop' && this.#jobs.verb(name) !== 'stop');
  }

  #plan(verb: Verb, unit: string, mode: JobMode): Plan {
    const registry = this.#registry;
    return plan(
      { verb, unit, mode },
      {
        head: (other) => registry.head(other),
        active: (other) => (isForeign(other, registry.head(other)) ? 'active' : registry.active(other)),
        reverse: (relation, other) => registry.reverse.of(relation, other),
        job: (other) => this.#jobs.verb(other),
      },
    );
  }

  changed(runner: UnitRunner, was: ActiveState): void {
    const socket = runner.sub === 'deferred' ? this.#registry.socket(runner.name) : null;
    if (socket !== null) this.#deferred.add(socket);
    // What it is now may be another thing when this is told.
    const { active } = runner;
    this.#news.push(() => this.#tell(runner, was, active));
    this.#later();
  }

  #tell(runner: UnitRunner, was: ActiveState, active: ActiveState): void {
    this.#jobs.settle(runner);
    if (!isRunning(active) && isRunning(was)) this.#registry.connectionEnded(runner.name);
    for (const { verb, unit, mode } of consequences(runner, { was, active }, this.#registry)) {
      this.#try(verb, unit, mode);
    }
    this.#tellSockets(runner.name);
    this.#forget(runner.name);
  }

  #tellSockets(service: string): void {
    const runner = this.#registry.known(service);
    if (runner === null) return;
    for (const socket of this.#registry.socketsOf(service)) socket.serviceChanged(runner);
  }

  /** Everything that waits to be told or done, soon. */
  #later(): void {
    if (this.#awaited) return;
    this.#awaited = true;
    this.#options.soon(() => {
      this.#awaited = false;
      this.#work();
    });
  }

  #work(): void {
    do {
      for (let news = this.#news.shift(); news !== undefined; news = this.#news.shift()) news();
      this.#jobs.run();
    } while (this.#news.length > 0);
    this.#stopUnneeded();
    this.#retryDeferred();
  }

  #retryDeferred(): void {
    const settled = this.#jobEnded && this.#jobs.size === 0;
    this.#jobEnded = false;
    for (const socket of this.#deferred) {
      socket.retry?.(settled);
      if (socket.sub !== 'deferred') this.#deferred.delete(socket);
    }
  }

  #stopUnneeded(): void {
    for (const name of this.#registry.unneeded((other) => this.#jobs.verb(other) !== null)) {
      this.#note(name, 'Unit not needed anymore. Stopping.');
      this.#try('stop', name);
    }
  }

  /** A socket whose service runs on: closing it would lose its address. */
  #restartInPlace(runner: UnitRunner): boolean {
    const socket = this.#registry.socket(runner.name);
    if (socket === null || socket.unit.accept) return false;
    const { service } = socket.unit;
    if (this.#registry.active(service) !== 'active' || this.hasJob(service)) return false;
    socket.refresh();
    return true;
  }

  #ended(name: string, job: EndedJob): void {
    this.#jobEnded = true;
    this.#news.push(() => {
      this.#tellSockets(name);
      this.#forget(name);
    });
    this.#later();
    const runner = this.#registry.known(name);
    if (runner === null) return;
    // Nobody will serve its connection.
    if (job.verb === 'start' && !job.began && runner.active === 'inactive') runner.stop();
    reportEnd(runner, job, this.world);
  }

  /** An administrator may not do everything that units do to each other. */
  #refusal(verb: Verb, name: string): string | null {
    const head = this.#registry.head(name);
    if (head === null) return problemOf(name, head);
    const refused = verb === 'stop' ? head.refuseManualStop : head.refuseManualStart;
    const both = verb === 'restart' && head.refuseManualStop;
    return refused || both
      ? `Operation refused, unit ${name} may be requested by dependency only (it is configured to refuse manual start/stop).`
      : null;
  }

  #try(verb: 'start' | 'stop', name: string, mode: JobMode = 'replace'): void {
    const problem = this.request(verb, name, mode);
    if (problem !== null && !this.#stopping) this.#note(name, problem);
  }

  #note(name: string, problem: string): void {
    const unit = this.#registry.head(name)?.name ?? name;
    this.world.emit({ event: 'unit', unit, level: 'warning', message: `${unit}: ${problem}` });
  }

  #stopped(name: string): Promise<void> {
    this.request('stop', name, 'replace');
    return new Promise((resolve) => this.#jobs.whenDone(name, () => resolve()));
  }

  #forget(name: string): void {
    if (this.#jobs.verb(name) === null) this.#registry.forget(name);
  }
}
