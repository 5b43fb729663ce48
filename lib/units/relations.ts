/** Relations between units in both directions (systemd.unit(5)). */

import { RELATIONS, type Relation, type UnitHead } from '../model/unit.ts';

const NOBODY: ReadonlySet<string> = new Set();

/** Units by the relation that others say they have to them: who requires it, who comes after it, …. */
export class Reverse {
  readonly #index = new Map<Relation, Map<string, Set<string>>>();

  /** The units that have this relation to `name`. */
  of(relation: Relation, name: string): ReadonlySet<string> {
    return this.#index.get(relation)?.get(name) ?? NOBODY;
  }

  add({ name, relations }: UnitHead): void {
    for (const relation of RELATIONS) {
      for (const other of relations[relation]) {
        const byName = this.#index.get(relation) ?? new Map<string, Set<string>>();
        this.#index.set(relation, byName);
        byName.set(other, (byName.get(other) ?? new Set()).add(name));
      }
    }
  }

  remove({ name, relations }: UnitHead): void {
    for (const relation of RELATIONS) {
      const byName = this.#index.get(relation);
      for (const other of relations[relation]) {
        const names = byName?.get(other);
        names?.delete(name);
        if (names?.size === 0) byName?.delete(other);
      }
    }
  }
}

/**
 * Targets, slices, mounts, … exist as names only: they are there and active. So is the socket of the message bus, unless
 * it is a unit here; `head` is what is known of it.
 */
export function isForeign(name: string, head: UnitHead | null): boolean {
  if (name === 'dbus.socket') return (head?.load ?? 'not-found') === 'not-found';
  return !/\.(?:service|socket)$/.test(name);
}
