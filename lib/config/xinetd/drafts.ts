/** Blocks → drafts: every line read by its row of the table, each service on top of the defaults. */

import { type Diagnostic, Diagnostics, type Source } from '../../diagnostics/diagnostic.ts';
import { assign } from './assign.ts';
import type { XinetdContext, XinetdDefaults } from './context.ts';
import { type InheritedValues, initialValues } from './defaults.ts';
import type { Draft, Values } from './entry.ts';
import type { Assignment, Block } from './text/block.ts';

/** A service as it is written. */
export interface ServiceDraft extends Draft {
  readonly diagnostics: Diagnostics;
  readonly inherited: InheritedValues;
  /** One of its lines was no attribute: nothing makes that good. */
  readonly broken: boolean;
}

/** All blocks, read. `diagnostics` are those of the defaults. */
export interface Drafts {
  readonly services: readonly ServiceDraft[];
  readonly defaults: XinetdDefaults | null;
  readonly fatal: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the defaults blocks, which are one, and then the services. */
export function readDrafts(blocks: readonly Block[], context: XinetdContext): Drafts {
  const lines = lineCounter();
  const { strict } = context.settings;
  const { snapshots, values, fatal, diagnostics } = readDefaults(blocks, context);
  const services: ServiceDraft[] = [];
  let sofar: XinetdDefaults = {};
  for (const block of blocks) {
    sofar = snapshots.get(block) ?? sofar;
    if (block.kind === 'defaults' || block.name === null) continue;
    const inherited = { sofar, final: values, strict };
    const draft = {
      ...emptyDraft(block, initialValues(inherited)),
      line: lines(block.source, block.header.start),
      diagnostics: new Diagnostics(block.source),
      inherited,
      broken: block.broken,
    };
    readService(draft, block, context);
    services.push(draft);
  }
  return { services, defaults: snapshots.size === 0 ? null : values, fatal, diagnostics };
}

interface ReadDefaults {
  /** The values of all defaults as they are at the end of a block. */
  readonly snapshots: ReadonlyMap<Block, XinetdDefaults>;
  readonly values: Values;
  readonly fatal: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

function readDefaults(blocks: readonly Block[], context: XinetdContext): ReadDefaults {
  const snapshots = new Map<Block, XinetdDefaults>();
  const values: Values = {};
  const places: Draft['places'] = new Map();
  const fatal: string[] = [];
  const said: Diagnostics[] = [];
  for (const block of blocks) {
    if (block.kind !== 'defaults') continue;
    const diagnostics = new Diagnostics(block.source);
    const draft = { ...emptyDraft(block, values), places };
    for (const line of block.assignments) assign(draft, line, { context, diagnostics });
    // A line that is none may have been a restriction, of which xinetd knows nothing.
    if (draft.failed || (block.broken && !context.settings.strict)) {
      const line = lineCounter()(block.source, block.header.start);
      fatal.push(`${block.source.file}:${line}: the defaults cannot be read, which every service depends on`);
    }
    said.push(diagnostics);
    snapshots.set(block, { ...values });
  }
  return { snapshots, values, fatal, diagnostics: said.flatMap(({ all }) => all) };
}

function emptyDraft(block: Block, values: Values): Draft {
  return {
    source: block.source,
    header: block.header,
    line: 0,
    name: block.name ?? { text: 'defaults', span: block.header },
    isDefaults: block.kind === 'defaults',
    values,
    places: new Map(),
    failed: block.broken,
  };
}

/** Nothing is said about a service that is switched off. xinetd reads it as far as the line that says so. */
function readService(draft: ServiceDraft, { assignments }: Block, context: XinetdContext): void {
  const surroundings = { context, diagnostics: draft.diagnostics };
  const { strict } = context.settings;
  const first = assignments.find(({ attribute }) => attribute === 'disable');
  const lines =
    !strict && first !== undefined && switchesOff(first) ? namesOf(assignments, first) : assignments;
  for (const line of lines) {
    assign(draft, line, surroundings);
    if (strict && draft.values.disable === true) break;
  }
}

function switchesOff({ operator, values }: Assignment): boolean {
  return operator === '=' && values.length === 1 && values[0]?.text.toLowerCase() === 'yes';
}

/** What still matters of a service that is switched off: how it is called. */
function namesOf(assignments: readonly Assignment[], disable: Assignment): readonly Assignment[] {
  const id = assignments.find(({ attribute }) => attribute === 'id');
  return id === undefined ? [disable] : [id, disable];
}

/** Tells the line of an offset. Blocks come in the order of their files: each text is gone through once. */
function lineCounter(): (source: Source, offset: number) => number {
  const reached = new Map<Source, { offset: number; line: number }>();
  return (source, offset) => {
    let { offset: at, line } = reached.get(source) ?? { offset: 0, line: 1 };
    if (at > offset) [at, line] = [0, 1];
    for (
      let next = source.text.indexOf('\n', at);
      next !== -1 && next < offset;
      next = source.text.indexOf('\n', at)
    ) {
      at = next + 1;
      line += 1;
    }
    reached.set(source, { offset: at, line });
    return line;
  };
}
