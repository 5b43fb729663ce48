/** What the reading of xinetd.conf blocks needs beforehand, and what it gives. */

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Service } from '../../model/service.ts';
import type { ProgramState } from '../inetd/action.ts';
import type { HostAnswer } from '../inetd/sockets.ts';
import type { Rejected } from '../loaded.ts';
import type { Names } from '../names.ts';
import type { XinetdSettings } from '../settings.ts';
import type { Values } from './entry.ts';

/** What must be looked up before blocks can be read: host names, and programs by their absolute paths. */
export interface Questions {
  readonly hosts: readonly string[];
  readonly programs: readonly string[];
}

/** Everything outside the blocks that decides what they become. */
export interface XinetdContext {
  readonly settings: XinetdSettings;
  readonly names: Names;
  /** The answers to all that `questionsOf` asked. */
  readonly hosts: ReadonlyMap<string, HostAnswer>;
  readonly programs: ReadonlyMap<string, ProgramState>;
  /** Relative paths begin here. */
  readonly directory: string;
}

/** What all defaults blocks say together. */
export type XinetdDefaults = Readonly<Values>;

/** What blocks come to. */
export interface XinetdServices {
  readonly services: readonly Service[];
  readonly rejected: readonly Rejected[];
  /** Ids of the services that were written and switched off: disable, enabled, disabled. */
  readonly disabled: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Why nothing of it may be served. */
  readonly fatal: readonly string[];
  /** null: there is no defaults block. */
  readonly defaults: XinetdDefaults | null;
}
