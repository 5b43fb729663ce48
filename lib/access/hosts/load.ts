/** Makes of hosts.allow and hosts.deny what `decide` asks: compiled once, asked for every connection. */

import type { Diagnostic, Parsed, Source } from '../../diagnostics/diagnostic.ts';
import type { Facts } from './facts.ts';
import { FilePatterns, type PatternFiles } from './files.ts';
import { type Options, readOptions } from './options.ts';
import { parseHosts } from './parse.ts';
import { clientMatcher, compileLists, daemonMatcher, type Matcher } from './pattern.ts';
import { DEFAULT_SETTINGS, type HostsSettings, type Place, type RuleText } from './rule.ts';

/** One of the two files: its text (each byte one character), that there is none, or that it cannot be read. */
export type HostsFile =
  | { readonly kind: 'text'; readonly source: Source }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable' };

/** A rule that is ready to be asked. */
export interface Rule {
  readonly place: Place;
  readonly matches: Matcher;
  /** Null without options: the file decides. */
  readonly options: Options | null;
}

/** One file, compiled. */
export interface Table {
  readonly rules: readonly Rule[];
  /** It could not be read to its end: hosts.deny then refuses whom no rule before matched. */
  readonly broken: boolean;
}

/** Both files, compiled. */
export interface Tables {
  readonly allow: Table;
  readonly deny: Table;
  readonly strict: boolean;
  /** The files of host patterns that were read too: when one changes, load again. */
  readonly files: readonly string[];
}

/** Compiles both files, and says what is wrong with them. */
export function loadHosts(
  { allow, deny }: { readonly allow: HostsFile; readonly deny: HostsFile },
  files: PatternFiles,
  settings: HostsSettings = DEFAULT_SETTINGS,
): Parsed<Tables> {
  const diagnostics: Diagnostic[] = [];
  const patterns = new FilePatterns(files, settings, diagnostics);
  const table = (file: HostsFile) => compileTable(file, patterns, settings, diagnostics);
  const value = { allow: table(allow), deny: table(deny), strict: settings.strict };
  return { value: { ...value, files: patterns.paths }, diagnostics };
}

/** Whether anybody can be refused at all: without a rule nothing needs to be asked. */
export function hasRules({ allow, deny }: Tables): boolean {
  return allow.rules.length > 0 || deny.rules.length > 0 || deny.broken;
}

function compileTable(
  file: HostsFile,
  patterns: FilePatterns,
  settings: HostsSettings,
  diagnostics: Diagnostic[],
): Table {
  if (file.kind === 'missing') return { rules: [], broken: false };
  if (file.kind === 'unreadable') return { rules: [], broken: true };
  const { value, diagnostics: said } = parseHosts(file.source, settings);
  diagnostics.push(...said);
  const rules = value.rules.map((rule) => compileRule(rule, file.source, patterns));
  return { rules, broken: value.broken };
}

function compileRule(rule: RuleText, source: Source, patterns: FilePatterns): Rule {
  const daemons = compileLists(rule.daemons, (word) =>
    daemonMatcher(word, patterns.contextFor(source, word)),
  );
  const clients = compileLists(rule.clients, (word) =>
    clientMatcher(word, patterns.contextFor(source, word)),
  );
  const matches = (facts: Facts) => {
    const daemon = daemons(facts);
    return daemon === true ? clients(facts) : daemon;
  };
  return { place: rule.place, matches, options: rule.options === null ? null : readOptions(rule.options) };
}
