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
