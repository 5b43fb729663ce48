/** What a unit is (systemd.unit(5)): data without any I/O, made of its file and drop-ins. */

import type { Origin } from './service.ts';

/**
 * - `not-found`: there is no file. - `bad-setting`: read, but refused by a rule. - `error`: its text cannot be read at all.
 * - `masked`: an empty file or a link to /dev/null. Only `loaded` units can be started.
 */
export type LoadState = 'loaded' | 'not-found' | 'bad-setting' | 'error' | 'masked';

/** Units of other types (targets, slices, …) exist as names only and count as active. */
export type UnitType = 'socket' | 'service' | 'timer' | 'target' | 'other';

/** Relations between units, in the words of systemd.unit(5) with a small first letter. */
export const RELATIONS = [
  'requires',
  'requisite',
  'wants',
  'bindsTo',
  'partOf',
  'upholds',
  'conflicts',
  'before',
  'after',
  'onFailure',
  'onSuccess',
  'propagatesStopTo',
  'stopPropagatedFrom',
] as const;
export type Relation = (typeof RELATIONS)[number];

/** A Condition…= or Assert…= line. `alternative` (`|`): one of these must hold; `negated` (`!`). */
export interface Condition {
  /** The name behind Condition or Assert: `PathExists`. */
  readonly test: string;
  readonly value: string;
  readonly negated: boolean;
  readonly alternative: boolean;
}

/** At most `burst` within a window that opens with the first one; null: no limit. */
export type WindowLimit = { readonly burst: number; readonly intervalMs: number } | null;

/** What units of every type have. */
export interface UnitHead {
  /** The full name, instance and suffix included. */
  readonly name: string;
  /** Other names of the same unit. */
  readonly aliases: readonly string[];
  readonly description: string;
  readonly load: LoadState;
  /** Why it is not loaded, a line for people. */
  readonly problem: string | null;
  /** Null: there is no file. */
  readonly origin: Origin | null;
  /** The drop-ins that were applied, in their order. */
  readonly dropIns: readonly string[];
  readonly relations: Readonly<Record<Relation, readonly string[]>>;
  readonly conditions: readonly Condition[];
  readonly asserts: readonly Condition[];
  readonly startLimit: WindowLimit;
  readonly collect: 'inactive' | 'inactive-or-failed';
  readonly stopWhenUnneeded: boolean;
  readonly refuseManualStart: boolean;
  readonly refuseManualStop: boolean;
  /** OnFailureJobMode= and OnSuccessJobMode=: whether the units of OnFailure= and OnSuccess= may end jobs against them. */
  readonly onFailureMode: 'replace' | 'fail';
  readonly onSuccessMode: 'replace' | 'fail';
}

/** One command of an Exec…= line (systemd.service(5), COMMAND LINES); words are split and specifiers filled in. */
export interface Command {
  readonly program: string;
  /** argv[0] first. */
  readonly argv: readonly string[];
  /** `-`: a failure counts as success. */
  readonly ignoreFailure: boolean;
  /** `:` turns this off. */
  readonly substitute: boolean;
  /** `|`: the shell of the unit's user takes the place of `program`, which is /bin/sh; argv is complete. */
  readonly shell?: boolean;
  /** `+` full: no user, limits or sandbox; `!` user: everything but the user. */
  readonly privileges: 'unit' | 'full' | 'keep-user';
}

/** Time spans are ms; Infinity is none. */
export type Ms = number;
