/** What reading a set of configuration files gives. */

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Origin, Service } from '../model/service.ts';

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
}
