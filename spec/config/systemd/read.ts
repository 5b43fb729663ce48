/** Reads the text of a unit file as specs write it. */

import { type Assignment, parseUnitText } from '../../../lib/config/systemd/text/lines.ts';
import { unitSource } from '../../../lib/config/systemd/text/logical-lines.ts';
import type { Diagnostic } from '../../../lib/diagnostics/diagnostic.ts';
import { positionAt } from '../../../lib/diagnostics/render.ts';

/** What a text comes to: `Section.Key=value` lines, remarks as `line: code`, why it cannot be used. */
export interface Reading {
  readonly lines: readonly string[];
  readonly said: readonly string[];
  readonly problem: string | null;
  readonly assignments: readonly Assignment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a text, or bytes, as a socket unit. */
export function readUnit(text: string | Uint8Array): Reading {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const { value, diagnostics } = parseUnitText(unitSource('x.socket', bytes), ['Unit', 'Socket', 'Install']);
  const { sections, problem } = value;
  return {
    lines: sections.flatMap(({ name, assignments }) =>
      assignments.map(({ key, value: joined }) => `${name}.${key}=${joined.text}`),
    ),
    said: diagnostics.map(({ code, source, span }) => `${positionAt(source, span.start).line}: ${code}`),
    problem,
    assignments: sections.flatMap(({ assignments }) => assignments),
    diagnostics,
  };
}
