/** Which job waits for which (systemd.unit(5), Before= and After=). */

import type { Relation, UnitHead } from '../model/unit.ts';
import type { Verb } from './types.ts';

/** What is looked at. */
export interface OrderView {
  head(name: string): UnitHead | null;
  reverse(relation: Relation, name: string): Iterable<string>;
  /** The queued job of a unit; a restart that has stopped its unit is a start. */
  job(name: string): Verb | null;
}

/**
 * The units whose jobs come before this one. Of two starts the earlier unit's comes first, of two stops the later unit's;
 * a stop comes before a start.
 */
export function waitsFor(name: string, verb: Verb, view: OrderView): readonly string[] {
  const relations = view.head(name)?.relations;
  const earlier = new Set([...(relations?.after ?? []), ...view.reverse('before', name)]);
  const later = new Set([...(relations?.before ?? []), ...view.reverse('after', name)]);
  const starts = verb === 'start';
  return [
    ...[...earlier].filter((other) => starts && other !== name && view.job(other) !== null),
    ...[...later].filter((other) => other !== name && isStop(view.job(other))),
  ];
}

function isStop(verb: Verb | null): boolean {
  return verb === 'stop' || verb === 'restart';
}

/** The members of a circle in which every one waits for the next, the first one again at the end; null: there is none. */
export function circleOf(
  names: Iterable<string>,
  next: (name: string) => readonly string[],
): readonly string[] | null {
  const done = new Set<string>();
  for (const name of names) {
    const circle = walk(name, next, [], done);
    if (circle !== null) return circle;
  }
  return null;
}

function walk(
  name: string,
  next: (name: string) => readonly string[],
  path: string[],
  done: Set<string>,
): readonly string[] | null {
  const at = path.indexOf(name);
  if (at >= 0) return [...path.slice(at), name];
  if (done.has(name)) return null;
  path.push(name);
  for (const other of next(name)) {
    const circle = walk(other, next, path, done);
    if (circle !== null) return circle;
  }
  path.pop();
  done.add(name);
  return null;
}
