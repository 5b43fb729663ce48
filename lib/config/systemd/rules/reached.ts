/** The units that can come into play when some are started, and what is to be said about them. */

import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { Relation } from '../../../model/unit.ts';
import { PRETENDED_INSTANCE } from '../connection-names.ts';
import { instanceNamed } from '../find.ts';
import { Remarks } from '../remarks.ts';
import type { UnitLibrary } from '../store.ts';
import { lintPair, pairOf } from './pairs.ts';

/** Relations that start other units. */
const PULLING: readonly Relation[] = [
  'requires',
  'wants',
  'bindsTo',
  'requisite',
  'upholds',
  'onFailure',
  'onSuccess',
];
/** Those that fail together with what is not there. */
const NEEDING: readonly Relation[] = ['requires', 'bindsTo', 'requisite'];

/** The names of the started units and of all that they can start; a template stands under its instance `internal`. */
export function reached(start: readonly string[], library: UnitLibrary): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...start];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const unit = library.assembled(name)?.unit;
    if (unit === undefined || found.has(unit.head.name)) continue;
    found.add(unit.head.name);
    const pulled = PULLING.flatMap((relation) => unit.head.relations[relation]);
    const own =
      unit.kind === 'socket'
        ? [instanceNamed(unit.service, PRETENDED_INSTANCE) ?? unit.service]
        : unit.sockets;
    waiting.push(...pulled, ...own);
  }
  return found;
}

/** Everything about one unit: its text, its service, what it needs. */
export function remarksOn(name: string, library: UnitLibrary): readonly Diagnostic[] {
  const assembled = library.assembled(name);
  if (assembled === null) return [];
  const pair = pairOf(assembled, library.assembled);
  return [...assembled.diagnostics, ...(pair === null ? [] : lintPair(pair)), ...needed(name, library)];
}

/** Sockets and services that are required but do not exist; units of other types count as present. */
function needed(name: string, library: UnitLibrary): readonly Diagnostic[] {
  const assembled = library.assembled(name);
  if (assembled === null) return [];
  const { unit, draft } = assembled;
  const missing = NEEDING.flatMap((relation) => unit.head.relations[relation]).filter(
    (other) => /\.(socket|service)$/.test(other) && library.assembled(other) === null,
  );
  const remarks = new Remarks({ file: unit.head.origin?.file ?? name, text: '' });
  for (const other of new Set(missing)) {
    const lines = ['Unit.Requires', 'Unit.BindsTo', 'Unit.Requisite'].flatMap(
      (key) => draft.lines.get(key) ?? [],
    );
    const at = lines.findLast(({ value }) => value.text.includes(other)) ?? null;
    const message = `${name} needs ${other}, which does not exist: it cannot be started`;
    remarks.add({
      severity: 'error',
      code: 'unit/needs-missing',
      at,
      message,
      help: 'Wants= lets it be missing',
    });
  }
  return remarks.all;
}
