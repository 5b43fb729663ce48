/** The sections of a unit file, and their assignments put into a draft. */

import { didYouMean } from '../../spelling.ts';
import type { Draft } from '../draft/draft.ts';
import type { ServiceDraft } from '../draft/service.ts';
import type { SocketDraft } from '../draft/socket.ts';
import type { UnitDraft } from '../draft/unit.ts';
import type { Remarks } from '../remarks.ts';
import { type Assignment, isExtension, type UnitText } from '../text/lines.ts';
import type { SpecifierContext } from '../text/specifiers.ts';
import type { Directive, Directives } from './directive.ts';
import { type InstallDraft, installDirectives } from './install.ts';
import { readingOf } from './reading.ts';
import { serviceDirectives } from './service.ts';
import { socketDirectives } from './socket.ts';
import { unitDirectives } from './unit.ts';

/** The sections of a file of each type. */
export const SECTIONS: Readonly<Record<Draft['type'], readonly string[]>> = {
  socket: ['Unit', 'Socket', 'Install'],
  service: ['Unit', 'Service', 'Install'],
};

/** What assignments are put into, with what they are read with. */
export interface Assigning {
  readonly draft: Draft;
  readonly context: SpecifierContext;
  readonly remarks: Remarks;
}

/** Puts a file into the draft: the main file first, then its drop-ins. */
export function assignText({ sections }: UnitText, assigning: Assigning): void {
  for (const { name, assignments } of sections) {
    const rows = rowsOf(name, assigning.draft);
    if (rows === null) continue;
    for (const assignment of assignments) assignOne(name, assignment, rows, assigning);
  }
}

/** A table with the part of the draft that its rows change. */
interface Rows {
  readonly keys: () => Iterable<string>;
  readonly find: (key: string) => Bound | null;
}

interface Bound {
  readonly tier: Directive<unknown>['tier'];
  readonly assign: (value: Assignment['value'], reading: ReturnType<typeof readingOf>) => void;
}

/** null for sections of others. */
function rowsOf(section: string, draft: Draft): Rows | null {
  if (section === 'Unit') return bind<UnitDraft>(unitDirectives, draft.head);
  if (section === 'Install') return bind<InstallDraft>(installDirectives, draft.install);
  if (section === 'Socket' && draft.type === 'socket') return bind<SocketDraft>(socketDirectives, draft.own);
  if (section === 'Service' && draft.type === 'service')
    return bind<ServiceDraft>(serviceDirectives, draft.own);
  return null;
}

function bind<Part>(table: Directives<Part>, part: Part): Rows {
  return {
    keys: () => table.keys(),
    find(key) {
      const row = table.get(key);
      if (row === undefined) return null;
      return { tier: row.tier, assign: (value, reading) => row.assign(part, value, reading) };
    },
  };
}

function assignOne(
  section: string,
  assignment: Assignment,
  rows: Rows,
  { draft, context, remarks }: Assigning,
): void {
  const { key, value, source, keySpan } = assignment;
  const row = rows.find(key);
  if (row === null) {
    if (isExtension(key)) return;
    const help = didYouMean(key, rows.keys(), 'its line has no effect');
    const message = `Unknown key '${key}' in section [${section}], ignoring.`;
    remarks.put({ severity: 'warning', code: 'unit/unknown-key', message, help }, source, keySpan);
    return;
  }
  const written = section === 'Unit' ? `Unit.${key}` : key;
  const before = draft.lines.get(written);
  if (before === undefined) draft.lines.set(written, [assignment]);
  else before.push(assignment);
  if (row.tier === 'unsupported' && value.text !== '')
    remarks.add({ ...UNSUPPORTED, at: assignment, message: `${key}= is not supported here` });
  if (row.tier === 'resources' && value.text !== '')
    remarks.add({ ...RESOURCES, at: assignment, message: `${key}= is not applied yet` });
  row.assign(value, readingOf(assignment, context, remarks));
}

const UNSUPPORTED = {
  severity: 'warning',
  code: 'unit/unsupported',
  help: 'the line has no effect',
} as const;

const RESOURCES = {
  severity: 'warning',
  code: 'unit/resources',
  help: 'the unit runs without this limit',
} as const;
