/** The text of a unit file → sections and their assignments (systemd.syntax(7)). */

import { Diagnostics, type Parsed, type Source, type Span } from '../../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../spelling.ts';
import { type Joined, placeIn, trimmed } from './joined.ts';
import { logicalLines, type UnitSource } from './logical-lines.ts';

/** `Key=value` of one logical line. */
export interface Assignment {
  readonly key: string;
  readonly keySpan: Span;
  /** Without outer blanks; joined of several lines it has a blank for each backslash. */
  readonly value: Joined;
  readonly source: Source;
  /** Where the line begins, from 1. */
  readonly line: number;
}

/** A section; one that is written twice is here twice. Names with `X-` are nobody's but those who know them. */
export interface Section {
  readonly name: string;
  readonly span: Span;
  readonly assignments: readonly Assignment[];
}

/** What a unit file says; `problem`: why nothing of it may be used, for its diagnostic. */
export interface UnitText {
  readonly sections: readonly Section[];
  readonly problem: string | null;
}

/** Reads a unit file. Sections that are neither among `known` nor begin with X- are left out with a warning. */
export function parseUnitText(source: UnitSource, known: readonly string[]): Parsed<UnitText> {
  const diagnostics = new Diagnostics(source);
  const count = lineCounter(source.text);
  const sections: OpenSection[] = [];
  let open: OpenSection | 'none' | 'passed-over' = 'none';
  for (const logical of logicalLines(source)) {
    if (logical.kind === 'fatal') return unreadable(logical, diagnostics);
    const { line } = logical;
    if (line.text.startsWith('[')) {
      if (!line.text.endsWith(']')) {
        const problem = `the section header '${line.text.slice(0, 80)}' has no ']'`;
        return unreadable({ problem, span: placeIn(line) }, diagnostics);
      }
      open = openSection(line, known, diagnostics);
      if (open !== 'passed-over') sections.push(open);
    } else if (open === 'none') {
      const help = `write a header as in '[${known[0]}]' before it`;
      diagnostics.warning(
        'unit/no-section',
        placeIn(line),
        'assignment outside of section, ignoring it',
        help,
      );
    } else if (open !== 'passed-over') {
      const assignment = assignmentOf(line, { source, line: count(placeIn(line).start) }, diagnostics);
      if (assignment !== null) open.assignments.push(assignment);
    }
  }
  return { value: { sections, problem: null }, diagnostics: diagnostics.all };
}

interface OpenSection extends Section {
  readonly assignments: Assignment[];
}

/** `X-`: the extensions of others, and superd's own. */
export function isExtension(name: string): boolean {
  return name.startsWith('X-');
}

function openSection(
  line: Joined,
  known: readonly string[],
  diagnostics: Diagnostics,
): OpenSection | 'passed-over' {
  const name = line.text.slice(1, -1);
  if (known.includes(name) || isExtension(name)) return { name, span: placeIn(line), assignments: [] };
  const help = didYouMean(name, known, `the sections of this file are ${known.join(' ')}`);
  diagnostics.warning('unit/unknown-section', placeIn(line), `unknown section '${name}', ignoring it`, help);
  return 'passed-over';
}

function assignmentOf(
  line: Joined,
  { source, line: number }: { readonly source: Source; readonly line: number },
  diagnostics: Diagnostics,
): Assignment | null {
  const equals = line.text.indexOf('=');
  if (equals === -1) {
    diagnostics.warning(
      'unit/no-equals',
      placeIn(line),
      "missing '=', ignoring the line",
      "write 'Key=value'",
    );
    return null;
  }
  const key = trimmed(line, 0, equals);
  if (key.text === '') {
    const message = "missing key name before '=', ignoring the line";
    diagnostics.warning('unit/no-key', placeIn(line), message, "write 'Key=value'");
    return null;
  }
  const value = trimmed(line, equals + 1, line.text.length);
  return { key: key.text, keySpan: placeIn(key), value, source, line: number };
}

function unreadable(
  { problem, span }: { readonly problem: string; readonly span: Span },
  diagnostics: Diagnostics,
): Parsed<UnitText> {
  diagnostics.error(
    'unit/unreadable-text',
    span,
    problem,
    'nothing of the file is used until this is corrected',
  );
  return { value: { sections: [], problem }, diagnostics: diagnostics.all };
}

/** Line numbers of offsets that only grow. */
function lineCounter(text: string): (offset: number) => number {
  let [line, at] = [1, 0];
  return (offset) => {
    for (let next = text.indexOf('\n', at); next !== -1 && next < offset; next = text.indexOf('\n', at)) {
      line += 1;
      at = next + 1;
    }
    return line;
  };
}
