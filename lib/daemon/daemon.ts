/** All services of a configuration: start, reload, stop. */

import { constants } from 'node:os';
import type { RefusalCounters } from '../access/admission.ts';
import type { Loaded } from '../config/loaded.ts';
import { diagnosticEvent } from '../log/diagnostic-event.ts';
import type { Service } from '../model/service.ts';
import type { ServiceDefaults } from '../model/service-defaults.ts';
import { Runner } from '../service/runner.ts';
import type { World } from '../service/serving.ts';
import type { Units } from '../units/units.ts';
import { makeRoom } from './descriptors.ts';
import { compactLater } from './heap.ts';
import type { PidFile } from './pid-file.ts';
import { reconcile, serviceKey } from './reconcile.ts';
import { type MakeUnits, UnitSets } from './unit-set.ts';

/** What the daemon is given by its command line. */
export interface DaemonOptions {
  /** Reads the configuration; called at start and at each reload. */
  load(): Promise<Loaded>;
  /** Builds what all services stand on, around the services of the daemon. */
  world(runners: () => Iterable<Runner>): World;
  /** Makes the units; absent: none are run. */
  readonly units?: MakeUnits;
  /** Locked already; written once the sockets are bound. */
  readonly pidFile: PidFile | null;
  /** An entry that is broken now serves on as it was; the strict dialects drop it. */
  readonly keepBroken: boolean;
  /** We are PID 1 of a container: children end with us. */
  readonly init: boolean;
  /** How long servers that are ended, and children of PID 1, have between TERM and KILL, ms. */
  readonly stopTimeoutMs: number;
  readonly notify: Notify;
}

/** Who wants to know about readiness: sd_notify(3). */
export interface Notify {
  ready(status: string): void;
  reloading(): void;
  stopping(): void;
}

/** Why nothing of a configuration may be served. */
function problemsOf({ unreadable, fatal }: Loaded): readonly string[] {
  return [...unreadable.map(({ file, code }) => `cannot read ${file}: ${code}`), ...fatal];
}

/** A file that an editor replaces is missing for a moment. */
const ABSENT_TRIES = 10;
const ABSENT_PAUSE_MS = 100;

/** The running daemon. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #world: World;
  readonly #runners = new Map<string, Runner>();
  readonly #units: UnitSets;
  /** The reload that runs, and whether another was asked for meanwhile. */
  #reloading: Promise<void> | null = null;
  #reloadAgain = false;
  #stopping: Promise<void> | null = null;
  #serviceDefaults: ServiceDefaults | null = null;

  private constructor(options: DaemonOptions) {
    this.#options = options;
    this.#world = options.world(() => this.#runners.values());
    this.#units = new UnitSets(this.#world, options.units ?? null);
  }

  /** Reads, binds and serves. The result says why nothing of the configuration may be served, and nothing was started. */
  static async start(options: DaemonOptions): Promise<Daemon | { readonly problems: readonly string[] }> {
    const daemon = new Daemon(options);
    const { clock, emit } = daemon.#world;
    const begin = clock.now();
    const loaded = await options.load();
    if (loaded.unreadable.length > 0) return { problems: problemsOf(loaded) };
    daemon.#tell(loaded);
    if (loaded.fatal.length > 0) return { problems: problemsOf(loaded) };
    makeRoom(loaded.services, daemon.#world);
    daemon.#world.configure(loaded.services);
    for (const service of loaded.services) daemon.#add(service);
    await daemon.#units.apply(loaded.units);
    daemon.#serviceDefaults = loaded.serviceDefaults ?? null;
    options.pidFile?.write(process.pid);
    emit({
      event: 'ready',
      services: daemon.#count,
      sockets: daemon.#sockets,
      startMs: clock.now() - begin,
    });
    options.notify.ready(daemon.#status);
    compactLater(clock.after);
    return daemon;
  }

  /** Reads the configuration anew and goes on with it; the sockets that stay are never closed. */
  reload(): Promise<void> {
    if (this.#stopping !== null) return this.#stopping;
    if (this.#reloading !== null) {
      this.#reloadAgain = true;
      return this.#reloading;
    }
    this.#reloading = this.#reloadAll().finally(() => {
      this.#reloading = null;
    });
    return this.#reloading;
  }

  /** The services as they are now, for those who look at them. */
  get runners(): Iterable<Runner> {
    return this.#runners.values();
  }

  /** What the configuration in force says about all services at once; null: nothing. */
  get serviceDefaults(): ServiceDefaults | null {
    return this.#serviceDefaults;
  }

  /** What all services stand on. */
  get world(): World {
    return this.#world;
  }

  /** The units that there are; null: no configuration had any. */
  get units(): Units | null {
    return this.#units.units;
  }

  /** ALRM: everything that waits for its time tries now. */
  retry(): void {
    for (const runner of this.#runners.values()) runner.apply({ name: 'retry' });
  }

  /** USR1: one event for the state of each service. */
  dump(): void {
    for (const runner of this.#runners.values()) {
      const { admission, refused, service, state } = runner;
      this.#world.emit({
        event: 'state',
        service: service.name,
        state: state.name,
        children: admission.children,
        served: admission.served,
        refused,
        ...(refused > 0 ? { reasons: reasonsOf(admission.counters) } : {}),
      });
    }
    this.#units.dump();
  }

  /**
   * Stops listening and cleans up. Servers of services that say so are ended, unless all are to be left; those of inetd
   * live on. As PID 1 nothing is left: its children end with it.
   */
  stop(reason: string, servers: 'end' | 'leave' = 'end'): Promise<void> {
    this.#stopping ??= this.#stop(reason, servers);
    return this.#stopping;
  }

  async #stop(reason: string, servers: 'end' | 'leave'): Promise<void> {
    const { children, emit } = this.#world;
    emit({ event: 'stopping', reason });
    this.#options.notify.stopping();
    const runners = [...this.#runners.values()];
    for (const runner of runners) runner.apply({ name: 'close' });
    await Promise.all([...runners.map((runner) => runner.withdrawn), this.#units.stop(servers)]);
    if (servers === 'end') await Promise.all(runners.map((runner) => this.#endServers(runner)));
    if (this.#options.init) await this.#endChildren();
    this.#options.pidFile?.remove();
    emit({ event: 'stopped', children: children.running });
  }

  #endServers(runner: Runner): Promise<void> {
    return runner.endServers(this.#options.stopTimeoutMs);
  }

  /** Nobody would reap or know the children of a PID 1 that is gone. */
  async #endChildren(): Promise<void> {
    const { children, clock } = this.#world;
    children.killGroups(constants.signals.SIGTERM);
    await new Promise<void>((resolve) => {
      const cancel = clock.after(this.#options.stopTimeoutMs, () => {
        children.killGroups(constants.signals.SIGKILL);
        resolve();
      });
      children.whenIdle(() => {
        cancel();
        resolve();
      });
    });
  }

  async #reloadAll(): Promise<void> {
    do {
      this.#reloadAgain = false;
      this.#options.notify.reloading();
      await this.#reloadOnce();
      this.#options.notify.ready(this.#status);
    } while (this.#reloadAgain && this.#stopping === null);
  }

  async #reloadOnce(): Promise<void> {
    const { clock, emit } = this.#world;
    const begin = clock.now();
    emit({ event: 'reloading' });
    const loaded = await this.#loadPatiently();
    if (this.#stopping !== null) return;
    this.#tell(loaded);
    const problems = problemsOf(loaded);
    if (problems.length > 0) {
      emit({ event: 'reload-failed', reason: problems.join(', ') });
      return;
    }
    emit({ event: 'applying' });
    const running = [...this.#runners.values()].map((runner) => runner.definition);
    const broken = this.#options.keepBroken ? loaded.rejected.map(({ origin }) => origin) : [];
    const changes = reconcile(running, loaded.services, broken);
    // What goes, goes first: a new address may overlap an old one.
    for (const service of changes.remove) this.#remove(service);
    makeRoom(loaded.services, this.#world);
    this.#world.configure(loaded.services);
    for (const { old, next } of changes.change) this.#change(old, next);
    for (const service of changes.add) this.#add(service);
    await this.#units.apply(loaded.units);
    this.#serviceDefaults = loaded.serviceDefaults ?? null;
    this.retry();
    const { keep, change, add, remove } = changes;
    const counts = { added: add.length, removed: remove.length, changed: change.length, kept: keep.length };
    emit({ event: 'reloaded', ...counts, durationMs: clock.now() - begin });
    compactLater(clock.after);
  }

  async #loadPatiently(): Promise<Loaded> {
    for (let tries = 1; ; tries++) {
      const loaded = await this.#options.load();
      const absent = loaded.unreadable.some(({ code }) => code === 'ENOENT');
      if (!absent || tries >= ABSENT_TRIES) return loaded;
      await new Promise<void>((resolve) => this.#world.clock.after(ABSENT_PAUSE_MS, resolve));
    }
  }

  #add(service: Service): void {
    const runner = new Runner(service, this.#world);
    this.#runners.set(serviceKey(service), runner);
    runner.apply({ name: 'open' });
  }

  #change(old: Service, next: Service): void {
    this.#runners.get(serviceKey(old))?.replace(next);
    this.#world.emit({ event: 'changed', service: next.name });
  }

  #remove(service: Service): void {
    const key = serviceKey(service);
    const runner = this.#runners.get(key);
    this.#runners.delete(key);
    if (runner === undefined) return;
    runner.apply({ name: 'close' });
    // The new configuration does not wait for the servers of the old one.
    void this.#endServers(runner);
    this.#world.emit({ event: 'removed', service: service.name });
  }

  #tell(loaded: Loaded): void {
    for (const diagnostic of loaded.diagnostics) this.#world.emit(diagnosticEvent(diagnostic));
  }

  get #sockets(): number {
    let sockets = this.#units.sockets;
    for (const runner of this.#runners.values()) sockets += runner.sockets;
    return sockets;
  }

  get #count(): number {
    return this.#runners.size + this.#units.count;
  }

  get #status(): string {
    return `${this.#count} services, ${this.#sockets} sockets`;
  }
}

/** `rate=3 address=1`, the reasons that there were. */
function reasonsOf(counters: RefusalCounters): string {
  return Object.entries(counters)
    .flatMap(([reason, count]) => (count > 0 ? [`${reason}=${count}`] : []))
    .join(' ');
}
