/** `superd check`: everything that is wrong in the files. */

import type { Loaded } from '../config/loaded.ts';
import { brokenRecord, recordOf } from '../config/record.ts';
import { unitRecords } from '../config/unit-record.ts';
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.ts';
import { printable, render, toJson } from '../diagnostics/render.ts';
import type { HostsRules } from './hosts-rules.ts';
import type { Terminal } from './terminal.ts';
import { count } from './wrong.ts';

/** In what form, and where to. */
export interface Manner {
  readonly json: boolean;
  readonly terminal: Terminal;
}

/** Prints the diagnostics as text or JSON; 1 when there is an error or an unreadable file. */
export function check(
  { services, rejected, unreadable, diagnostics, fatal, units }: Loaded,
  manner: Manner,
): number {
  const records = unitRecords(units);
  const known = new Set(records.map(({ name }) => name));
  const broken = rejected.filter(({ origin }) => !known.has(origin.word));
  const entries = () => [...services.map(recordOf), ...broken.map(brokenRecord), ...records];
  const started = records.filter(({ state }) => state === 'on').length;
  const found = [
    count(services.length, 'service', 'services'),
    ...(units === undefined ? [] : [count(started, 'unit', 'units')]),
  ].join(', ');
  return tell({ found, entries, unreadable, diagnostics, fatal }, manner);
}

/** The same for hosts.allow and hosts.deny (tcpdchk(8)). */
export function checkHosts({ value, unreadable, diagnostics }: HostsRules, manner: Manner): number {
  const found = count(value.allow.rules.length + value.deny.rules.length, 'rule', 'rules');
  const files = unreadable.map((file) => ({ file, code: null }));
  return tell({ found, entries: () => [], unreadable: files, diagnostics, fatal: [] }, manner);
}

interface Findings {
  /** What was read, as the last line counts it. */
  readonly found: string;
  /** The records of every entry. */
  readonly entries: () => readonly unknown[];
  readonly unreadable: readonly { readonly file: string; readonly code: string | null }[];
  readonly diagnostics: readonly Diagnostic[];
  readonly fatal: readonly string[];
}

function tell(findings: Findings, { json, terminal }: Manner): number {
  terminal.out(
    json ? `${JSON.stringify(toRecord(findings), null, 2)}\n` : toText(findings, terminal.colours),
  );
  const { unreadable, fatal, diagnostics } = findings;
  return unreadable.length > 0 || fatal.length > 0 || of(diagnostics, 'error') > 0 ? 1 : 0;
}

function toRecord({ entries, unreadable, diagnostics, fatal }: Findings): unknown {
  return { entries: entries(), unreadable, diagnostics: diagnostics.map(toJson), fatal };
}

function toText({ found, unreadable, diagnostics, fatal }: Findings, colours: boolean): string {
  const summary = [
    found,
    count(of(diagnostics, 'error'), 'error', 'errors'),
    count(of(diagnostics, 'warning'), 'warning', 'warnings'),
  ];
  return [
    ...unreadable.map(
      ({ file, code }) => `${printable(file)}: error: cannot be read${code === null ? '' : `: ${code}`}\n`,
    ),
    ...diagnostics.map((diagnostic) => `${render(diagnostic, { colours })}\n`),
    ...fatal.map((reason) => `nothing is served: ${printable(reason)}\n`),
    `${summary.join(', ')}\n`,
  ].join('');
}

function of(diagnostics: readonly Diagnostic[], severity: Severity): number {
  return diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
}
