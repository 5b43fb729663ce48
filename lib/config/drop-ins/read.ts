/** The text of a drop-in → assignments, of which none may be lost. */

import { Diagnostics, type Parsed } from '../../diagnostics/diagnostic.ts';
import { parseUnitText } from '../systemd/text/lines.ts';
import { unitSource } from '../systemd/text/logical-lines.ts';
import { sections } from './directives.ts';
import type { DropIn } from './find.ts';
import type { Given } from './given.ts';

/** The assignments; null: the file says something that nobody understands, which may have been a restriction. */
export function readDropIn(dropIn: DropIn): Parsed<readonly Given[] | null> {
  if (dropIn.kind === 'broken') return broken(dropIn.path, dropIn.problem);
  const { value, diagnostics } = parseUnitText(unitSource(dropIn.path, dropIn.bytes), [...sections.keys()]);
  if (diagnostics.length > 0) {
    // Units go on without such a line.
    const errors = diagnostics.map((one) => ({
      ...one,
      severity: 'error' as const,
      message: one.message.replace(/, ignoring.*$/, ''),
    }));
    return { value: null, diagnostics: errors };
  }
  const given = value.sections.flatMap(({ name, assignments }) =>
    assignments.map((assignment) => ({ section: name, assignment })),
  );
  return { value: given, diagnostics: [] };
}

function broken(file: string, problem: string): Parsed<null> {
  const diagnostics = new Diagnostics({ file, text: '' });
  const help = 'correct it or take it away: its service is not started before';
  diagnostics.error('drop-in/unreadable', { start: 0, end: 0 }, problem, help);
  return { value: null, diagnostics: diagnostics.all };
}
