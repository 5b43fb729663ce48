/** The port that tcpmux services are reached through (RFC 1078). */

import { type Diagnostic, Diagnostics, type Parsed } from '../../diagnostics/diagnostic.ts';
import type { Defined } from './duplicates.ts';
import { type LowerContext, lower } from './lower.ts';
import { parseInetdConf } from './parse.ts';

/** GNU inetd's own line for a file without one. */
const defaultLine = 'tcpmux stream tcp6 nowait root internal\n';

/** Adds the listener where the dialect has it; elsewhere says that tcpmux entries without one cannot be reached. */
export function completeTcpmux(
  defined: readonly Defined[],
  context: LowerContext,
): Parsed<readonly Defined[]> {
  const muxed = defined.filter(({ service }) => service.mux !== undefined);
  const [first] = muxed;
  const hasListener = defined.some(
    ({ service: { action } }) => action.kind === 'builtin' && action.name === 'tcpmux',
  );
  if (first === undefined || hasListener) return { value: defined, diagnostics: [] };
  if (context.rules.insertsTcpmux) return insertListener(defined, first, context);
  const diagnostics = muxed.flatMap((one) => warn(one));
  return { value: defined, diagnostics };
}

function insertListener(
  defined: readonly Defined[],
  { entry }: Defined,
  context: LowerContext,
): Parsed<readonly Defined[]> {
  const source = { file: entry.source.file, text: defaultLine };
  const inserted: Defined[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const item of parseInetdConf(source, { dialect: context.settings.dialect }).value) {
    if (item.kind !== 'entry') continue;
    const lowered = lower({ ...item.entry, origin: entry.origin }, context);
    diagnostics.push(...lowered.diagnostics);
    for (const service of lowered.services ?? []) inserted.push({ entry: item.entry, service });
  }
  const note = new Diagnostics(entry.source);
  const help = `write the line yourself: ${defaultLine.trim()}`;
  note.note('inetd/tcpmux-inserted', entry.spans.service, 'inserting default tcpmux entry', help);
  return { value: [...inserted, ...defined], diagnostics: [...note.all, ...diagnostics] };
}

function warn({ entry }: Defined): readonly Diagnostic[] {
  const diagnostics = new Diagnostics(entry.source);
  const help = "add a line 'tcpmux stream tcp nowait root internal'";
  const message = 'nobody can reach this service: no entry listens for tcpmux';
  diagnostics.warning('inetd/tcpmux-unreachable', entry.spans.service, message, help);
  return diagnostics.all;
}
