/** A block while it is read: the values of its attributes, each understood by itself. */

import type { Source, Span } from '../../diagnostics/diagnostic.ts';
import type { AddressRule, Hours } from '../../model/access.ts';
import type { SocketType } from '../../model/address.ts';
import type { FailureWord, ServiceLogTarget, SuccessWord } from '../../model/service-log.ts';
import type { Word } from './text/block.ts';

// biome-ignore format: a table
export const TYPES = ['RPC', 'INTERNAL', 'UNLISTED', 'SPECIAL', 'TCPMUX', 'TCPMUXPLUS'] as const;
export type TypeWord = (typeof TYPES)[number];

// biome-ignore format: a table
export const FLAGS = [
  'REUSE', 'INTERCEPT', 'NORETRY', 'IDONLY', 'NAMEINARGS', 'NODELAY', 'KEEPALIVE', 'NOLIBWRAP', 'SENSOR', 'IPv4', 'IPv6', 'LABELED',
] as const;
export type FlagWord = (typeof FLAGS)[number];

/** One element of only_from or no_access; one in braces is several rules. */
export interface AddressElement {
  readonly text: string;
  readonly rules: readonly AddressRule[];
  /** An IPv6 network that holds ::ffff:0:0/96: it matches the IPv4 callers of services for both families. */
  readonly coversMapped: boolean;
}

/** Whom the user attribute names; `groups` is null where nobody knows the number. */
export interface WrittenUser {
  readonly text: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[] | null;
  readonly home: string;
  readonly shell: string;
}

/** A host of bind or redirect: the address itself, or those of its name. */
export interface WrittenHost {
  readonly text: string;
  readonly addresses: readonly string[];
}

/** The attributes that a block sets; absent: it does not. Infinity is UNLIMITED. */
export interface Values {
  id?: string;
  type?: readonly TypeWord[];
  flags?: readonly FlagWord[];
  disable?: boolean;
  socketType?: SocketType;
  protocol?: { readonly name: string; readonly number: number };
  wait?: boolean;
  user?: WrittenUser;
  group?: number;
  groups?: boolean;
  umask?: number;
  nice?: number;
  instances?: number;
  perSource?: number;
  cps?: { readonly rate: number; readonly pauseSeconds: number } | 'off';
  maxLoad?: number;
  server?: Word;
  serverArgs?: readonly string[];
  onlyFrom?: readonly AddressElement[];
  noAccess?: readonly AddressElement[];
  accessTimes?: readonly Hours[];
  logType?: ServiceLogTarget;
  logOnSuccess?: readonly SuccessWord[];
  logOnFailure?: readonly FailureWord[];
  rpcVersion?: { readonly low: number; readonly high: number };
  rpcNumber?: number;
  env?: readonly string[];
  passenv?: readonly string[];
  port?: number;
  redirect?: WrittenHost & { readonly port: number };
  bind?: WrittenHost;
  banner?: string;
  bannerSuccess?: string;
  bannerFail?: string;
  denyTime?: number | 'forever';
  v6only?: boolean;
  libwrap?: string;
  rlimitAs?: number;
  rlimitCpu?: number;
  rlimitData?: number;
  rlimitRss?: number;
  rlimitStack?: number;
  rlimitFiles?: number;
  enabled?: readonly string[];
  disabled?: readonly string[];
  socketBacklog?: number;
  mdns?: boolean;
}

/** A line of a block: from its attribute to its last value. */
export interface Place {
  readonly source: Source;
  readonly span: Span;
  readonly words: readonly Word[];
}

/** A block as far as it is read. */
export interface Draft {
  readonly source: Source;
  readonly header: Span;
  readonly line: number;
  /** The service's name; `defaults` for a defaults block. */
  readonly name: Word;
  readonly isDefaults: boolean;
  readonly values: Values;
  /** Where each value was written first, and its words: later remarks point there. */
  readonly places: Map<keyof Values, Place>;
  /** A value or a line was refused: such a service is not served. */
  failed: boolean;
}

/** The id that enabled, disabled, logs and reloads know the service by. */
export function idOf({ values, name }: Pick<Draft, 'values' | 'name'>): string {
  return values.id ?? name.text;
}

/** Where an attribute stands, or the service's name where it has none. */
export function placeOf(draft: Draft, key: keyof Values): Span {
  return draft.places.get(key)?.span ?? draft.name.span;
}

export function hasType({ type = [] }: Values, ...words: readonly TypeWord[]): boolean {
  return words.some((word) => type.includes(word));
}

export function hasFlag({ flags = [] }: Values, flag: FlagWord): boolean {
  return flags.includes(flag);
}
