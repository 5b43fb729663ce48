/** Units whose Before= and After= lead back to themselves (systemd.unit(5)). */

import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { circleOf } from '../../../model/circle.ts';
import { Remarks } from '../remarks.ts';
import type { UnitLibrary } from '../store.ts';

/** The first circle among these units, told at a line of one of them. */
export function circlesAmong(names: ReadonlySet<string>, library: UnitLibrary): readonly Diagnostic[] {
  const circle = circleOf([...names].sort(), earlierOf(names, library));
  if (circle === null) return [];
  const [first = ''] = circle;
  const assembled = library.assembled(first);
  const remarks = new Remarks({ file: assembled?.unit.head.origin?.file ?? first, text: '' });
  const lines = ['Unit.After', 'Unit.Before'].flatMap((key) => assembled?.draft.lines.get(key) ?? []);
  remarks.add({
    severity: 'warning',
    code: 'unit/order-circle',
    at: lines.at(-1) ?? null,
    message: `${circle.join(' starts after ')}: they cannot all be started at once`,
    help: 'leave one of these Before= or After= lines out',
  });
  return remarks.all;
}

/** Which units come before each. */
function earlierOf(names: ReadonlySet<string>, library: UnitLibrary): (name: string) => readonly string[] {
  const earlier = new Map<string, Set<string>>([...names].map((name) => [name, new Set()]));
  for (const name of names) {
    const relations = library.unit(name)?.head.relations;
    for (const other of relations?.after ?? []) if (earlier.has(other)) earlier.get(name)?.add(other);
    for (const other of relations?.before ?? []) earlier.get(other)?.add(name);
  }
  return (name) => [...(earlier.get(name) ?? [])];
}
