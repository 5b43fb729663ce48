/** The runners of units by their names, made when somebody asks for them and forgotten when nobody needs them. */

import { isSame } from '../model/same.ts';
import type { SocketUnit, Unit } from '../model/socket-unit.ts';
import type { UnitHead } from '../model/unit.ts';
import { Reverse } from './relations.ts';
import type { UnitStore } from './store.ts';
import { isUp } from './transaction.ts';
import type { ActiveState, SocketRunner, UnitRunner } from './types.ts';

/** Failed instances of one template that are remembered: callers can make more of them than anybody looks at. */
const MOST_FAILED = 100;

/** Knows every runner. */
export class Registry {
  readonly reverse = new Reverse();
  #store: UnitStore;
  readonly #make: (unit: Unit) => UnitRunner;
  readonly #runners = new Map<string, UnitRunner>();
  readonly #sockets = new Map<string, SocketRunner>();
  /** The sockets of each service, or of its template. */
  readonly #byService = new Map<string, SocketRunner[]>();
  /** Failed instances of each template, the oldest first. */
  readonly #failed = new Map<string, Set<string>>();
  /** Those with StopWhenUnneeded=. */
  readonly #unneeded = new Set<string>();

  constructor(store: UnitStore, make: (unit: Unit) => UnitRunner) {
    this.#store = store;
    this.#make = make;
  }

  get runners(): Iterable<UnitRunner> {
    return this.#runners.values();
  }

  get sockets(): Iterable<SocketRunner> {
    return this.#sockets.values();
  }

  /** Its own name, which is not that of an alias. */
  canonical(name: string): string {
    return this.#runners.has(name) ? name : (this.#store.unit(name)?.head.name ?? name);
  }

  head(name: string): UnitHead | null {
    return (this.#runners.get(name)?.unit ?? this.#store.unit(name))?.head ?? null;
  }

  active(name: string): ActiveState {
    return this.known(name)?.active ?? 'inactive';
  }

  /** Only if somebody asked for it before. */
  known(name: string): UnitRunner | null {
    return this.#runners.get(name) ?? this.#runners.get(this.canonical(name)) ?? null;
  }

  socket(name: string): SocketRunner | null {
    return this.#sockets.get(name) ?? null;
  }

  /** Made now if it can be loaded; null: it cannot. */
  find(name: string): UnitRunner | null {
    const known = this.known(name);
    if (known !== null) return known;
    const unit = this.#store.unit(name);
    if (unit === null || unit.head.load !== 'loaded' || isTemplate(unit.head.name)) return null;
    const runner = this.#make(unit);
    this.#runners.set(runner.name, runner);
    this.#link(runner, unit);
    return runner;
  }

  /** Those whose service this is, in the order in which it gets their descriptors. */
  socketsOf(service: string): readonly SocketRunner[] {
    const sockets = this.#byService.get(service) ?? [];
    const unit = this.#runners.get(service)?.unit;
    if (unit?.kind !== 'service') return sockets;
    const listed = unit.sockets.flatMap((name) => this.#sockets.get(name) ?? []);
    return [...new Set([...listed, ...sockets])];
  }

  /** An instance died: the socket that made it counts one connection less. */
  connectionEnded(instance: string): void {
    const template = templateOf(instance);
    if (template === null) return;
    for (const socket of this.#byService.get(template) ?? []) socket.connectionEnded(instance);
  }

  /** Running units with StopWhenUnneeded= whom no other one that runs, or that has a job, asks for. */
  unneeded(hasJob: (name: string) => boolean): readonly string[] {
    const needed = (name: string) =>
      (['requires', 'requisite', 'wants', 'bindsTo', 'upholds'] as const).some((relation) =>
        [...this.reverse.of(relation, name)].some((other) => isUp(this.active(other)) || hasJob(other)),
      );
    return [...this.#unneeded].filter(
      (name) => this.active(name) === 'active' && !hasJob(name) && !needed(name),
    );
  }

  /** Forgets an instance that is dead, unless its failure is to be seen. */
  forget(name: string): void {
    const runner = this.#runners.get(name);
    const template = templateOf(name);
    if (runner === undefined || template === null) return;
    const failed = this.#failed.get(template);
    const shown = runner.active === 'failed' && runner.unit.head.collect === 'inactive';
    if (!shown) failed?.delete(name);
    if (shown) this.#remember(template, name);
    else if (runner.active === 'inactive' || runner.active === 'failed') this.#drop(runner);
  }

  /** Other definitions. A unit that cannot be loaded any more keeps its last good one; one without a file goes when it ends. */
  replace(store: UnitStore): { readonly changed: readonly string[]; readonly gone: readonly string[] } {
    this.#store = store;
    const changed: string[] = [];
    const gone: string[] = [];
    for (const [name, runner] of [...this.#runners]) {
      const unit = store.unit(name);
      if (unit === null) {
        gone.push(name);
        if (runner.active === 'inactive') this.#drop(runner);
      } else if (
        unit.head.load === 'loaded' &&
        unit.kind === runner.unit.kind &&
        !isSame(unit, runner.unit)
      ) {
        changed.push(name);
        this.#unlink(runner, runner.unit);
        runner.replace(unit);
        this.#link(runner, unit);
      }
    }
    return { changed, gone };
  }

  #remember(template: string, name: string): void {
    const failed = this.#failed.get(template) ?? new Set<string>();
    this.#failed.set(template, failed.add(name));
    const [oldest] = failed;
    const runner = oldest === undefined ? undefined : this.#runners.get(oldest);
    if (failed.size > MOST_FAILED && runner !== undefined) this.#drop(runner);
  }

  #drop(runner: UnitRunner): void {
    const { name, unit } = runner;
    this.#runners.delete(name);
    const template = templateOf(name);
    if (template !== null) this.#failed.get(template)?.delete(name);
    this.#unlink(runner, unit);
  }

  #link(runner: UnitRunner, unit: Unit): void {
    this.reverse.add(unit.head);
    if (unit.head.stopWhenUnneeded) this.#unneeded.add(runner.name);
    if (!isSocket(runner)) return;
    this.#sockets.set(runner.name, runner);
    const { service } = runner.unit;
    this.#byService.set(service, [...(this.#byService.get(service) ?? []), runner]);
  }

  #unlink(runner: UnitRunner, unit: Unit): void {
    this.reverse.remove(unit.head);
    this.#unneeded.delete(runner.name);
    if (unit.kind !== 'socket') return;
    this.#sockets.delete(runner.name);
    const left = (this.#byService.get(unit.service) ?? []).filter((other) => other !== runner);
    if (left.length > 0) this.#byService.set(unit.service, left);
    else this.#byService.delete(unit.service);
  }
}

function isSocket(runner: UnitRunner): runner is SocketRunner & { readonly unit: SocketUnit } {
  return runner.unit.kind === 'socket';
}

function isTemplate(name: string): boolean {
  return /@\.[a-z]+$/.test(name);
}

/** `x@.service` of `x@1.service`; null: it is no instance. */
function templateOf(name: string): string | null {
  const at = name.indexOf('@');
  return at < 0 ? null : `${name.slice(0, at + 1)}${name.slice(name.lastIndexOf('.'))}`;
}
