/** `superd check`: everything that is wrong in the files. */

import type { Loaded } from '../config/loaded.ts';
import { brokenRecord, recordOf } from '../config/record.ts';
import type { Severity } from '../diagnostics/diagnostic.ts';
import { printable, render, toJson } from '../diagnostics/render.ts';
import type { Terminal } from './terminal.ts';
import { count } from './wrong.ts';

/** Prints the diagnostics as text or JSON; 1 when there is an error or an unreadable file. */
export function check(
  loaded: Loaded,
  { json, terminal }: { readonly json: boolean; readonly terminal: Terminal },
): number {
  terminal.out(json ? `${JSON.stringify(toRecord(loaded), null, 2)}\n` : toText(loaded, terminal.colours));
  return loaded.unreadable.length > 0 || of(loaded, 'error') > 0 ? 1 : 0;
}

function toRecord({ services, rejected, unreadable, diagnostics }: Loaded): unknown {
  const entries = [...services.map(recordOf), ...rejected.map(brokenRecord)];
  return { entries, unreadable, diagnostics: diagnostics.map(toJson) };
}

function toText(loaded: Loaded, colours: boolean): string {
  const { services, unreadable, diagnostics } = loaded;
  const summary = [
    count(services.length, 'service', 'services'),
    count(of(loaded, 'error'), 'error', 'errors'),
    count(of(loaded, 'warning'), 'warning', 'warnings'),
  ];
  return [
    ...unreadable.map(({ file, code }) => `${printable(file)}: error: cannot be read: ${code}\n`),
    ...diagnostics.map((diagnostic) => `${render(diagnostic, { colours })}\n`),
    `${summary.join(', ')}\n`,
  ].join('');
}

function of({ diagnostics }: Loaded, severity: Severity): number {
  return diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
}
