/** What reading a set of configuration files gives. */

import type { Diagnostic, Source } from '../diagnostics/diagnostic.ts';
import type { Origin, Service } from '../model/service.ts';
import type { ServiceDefaults } from '../model/service-defaults.ts';
import type { UnitStore } from './systemd/store.ts';

/** An entry that was found but cannot be served; its diagnostic says why. */
export interface Rejected {
  readonly origin: Origin;
}

/** Services to run, everything that was wrong, and the files that could not be read at all. */
export interface Loaded {
  readonly services: readonly Service[];
  readonly rejected: readonly Rejected[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files named on the command line that could not be read: fatal at start, the old set serves on at reload. */
  readonly unreadable: readonly { readonly file: string; readonly code: string }[];
  /** Why nothing of it may be served (a broken defaults block): as with files that cannot be read. */
  readonly fatal: readonly string[];
  /** What is said about all services at once; null, or absent: nothing. */
  readonly serviceDefaults?: ServiceDefaults | null;
  /** Absent: there are no units. */
  readonly units?: UnitSet;
}

/** Every unit that was found, and the names of those that are started. */
export interface UnitSet {
  readonly store: UnitStore;
  readonly start: readonly string[];
}

/** What reading the files of one language gives; `sources` are all files that were read, in order. */
export interface LoadedSources extends Loaded {
  readonly sources: readonly Source[];
}

/** By file in the order in which they were read, then by place: parsing and looking up say different things. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const ranks = new Map<string, number>();
  for (const { source } of diagnostics) if (!ranks.has(source.file)) ranks.set(source.file, ranks.size);
  const rankOf = ({ source }: Diagnostic) => ranks.get(source.file) ?? 0;
  return [...diagnostics].sort((a, b) => rankOf(a) - rankOf(b) || a.span.start - b.span.start);
}
