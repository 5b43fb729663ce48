/** The options of a rule, hosts_options(5): a row each, read when the files are loaded. */

import { fold } from './fold.ts';
import type { Word } from './rule.ts';
import { chop, splitAt } from './split.ts';

/** The facilities that libwrap knows; `authpriv`, `ftp` and `syslog` are not among them. */
export const FACILITIES = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'lpr',
  'news',
  'uucp',
  'cron',
  ...(['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] as const),
] as const;

/** The levels of syslog(3), the loudest first. */
export const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

/** An option as data. Commands and values still hold their `%` sequences. */
export type Option =
  | { readonly kind: 'allow' | 'deny' }
  | { readonly kind: 'keepalive' }
  | { readonly kind: 'spawn' | 'twist'; readonly command: string }
  /** A command whose status decides. */
  | { readonly kind: 'aclexec'; readonly command: string }
  /** Asks for the user name. */
  | { readonly kind: 'rfc931'; readonly timeoutMs: number | null }
  | {
      readonly kind: 'severity';
      readonly facility: (typeof FACILITIES)[number] | null;
      readonly level: (typeof LEVELS)[number];
    }
  | { readonly kind: 'banners'; readonly directory: string }
  | { readonly kind: 'nice'; readonly increment: number }
  | { readonly kind: 'setenv'; readonly assignment: string }
  | { readonly kind: 'umask'; readonly mask: number }
  | { readonly kind: 'user'; readonly user: string; readonly group: string | null }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'linger'; readonly seconds: number };

/** An option of one kind. */
export type OptionOf<K extends Option['kind']> = Extract<Option, { readonly kind: K }>;

/** The options of a rule up to the first wrong one: when the rule decides they are carried out, then it refuses. */
export interface Options {
  readonly list: readonly Option[];
  readonly error: { readonly message: string; readonly word: Word } | null;
}

/** Reads the options of a rule; messages are those of libwrap. */
export function readOptions(fields: readonly Word[]): Options {
  const list: Option[] = [];
  for (const [index, word] of fields.entries()) {
    const option = readOption(word.text, index === fields.length - 1);
    if (typeof option === 'string') return { list, error: { message: option, word } };
    list.push(option);
  }
  return { list, error: null };
}

interface Row {
  readonly value: 'none' | 'optional' | 'required';
  /** Nothing may stand behind it. */
  readonly last?: true;
  /** What the value says; a text is what is wrong with it. An optional value that is left out is empty. */
  readonly read: (value: string) => Option | string;
}

const DEFAULT_NICE = 10;
const MAX_INT = 0x7fff_ffff;

// biome-ignore format: a table
const ROWS: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['allow', { value: 'none', last: true, read: () => ({ kind: 'allow' }) }],
  ['deny', { value: 'none', last: true, read: () => ({ kind: 'deny' }) }],
  ['spawn', { value: 'required', read: (command) => ({ kind: 'spawn', command }) }],
  ['aclexec', { value: 'required', read: (command) => ({ kind: 'aclexec', command }) }],
  ['twist', { value: 'required', last: true, read: (command) => ({ kind: 'twist', command }) }],
  ['severity', { value: 'required', read: readSeverity }],
  ['rfc931', { value: 'optional', read: readTimeout }],
  ['banners', { value: 'required', read: (directory) => ({ kind: 'banners', directory }) }],
  ['nice', { value: 'optional', read: readNice }],
  ['setenv', { value: 'required', read: (assignment) => ({ kind: 'setenv', assignment }) }],
  ['umask', { value: 'required', read: readMask }],
  ['user', { value: 'required', read: readUser }],
  ['group', { value: 'required', read: (group) => ({ kind: 'group', group }) }],
  ['keepalive', { value: 'none', read: () => ({ kind: 'keepalive' }) }],
  ['linger', { value: 'required', read: readLinger }],
]);

/** `keyword value`, `keyword=value`, `keyword = value`: one equals sign is passed over. */
function readOption(text: string, last: boolean): Option | string {
  const [, key = '', value = ''] = /^([^= \t\r\n]*)[ \t\r\n]*=?[ \t\r\n]*([\s\S]*)$/.exec(text) ?? [];
  if (key === '') return 'missing option name';
  const row = ROWS.get(fold(key));
  if (row === undefined) return `bad option name: "${key}"`;
  if (value === '' && row.value === 'required') return `option "${key}" requires value`;
  if (value !== '' && row.value === 'none') return `option "${key}" requires no value`;
  if (!last && row.last === true) return `option "${key}" must be at end`;
  return row.read(value);
}

function readSeverity(value: string): Option | string {
  const [facilityName, levelName] = splitAt(value, '.') ?? [null, value];
  const facility = facilityName === null ? null : FACILITIES.find((name) => name === fold(facilityName));
  const level = LEVELS.find((name) => name === fold(levelName));
  if (facility === undefined) return `bad syslog facility or severity: "${facilityName}"`;
  if (level === undefined) return `bad syslog facility or severity: "${levelName}"`;
  return { kind: 'severity', facility, level };
}

function readTimeout(value: string): Option | string {
  if (value === '') return { kind: 'rfc931', timeoutMs: null };
  const seconds = integer(value);
  if (seconds === null || seconds <= 0) return `bad rfc931 timeout: "${value}"`;
  return { kind: 'rfc931', timeoutMs: seconds * 1000 };
}

function readNice(value: string): Option | string {
  const increment = value === '' ? DEFAULT_NICE : integer(value);
  return increment === null ? `bad nice value: "${value}"` : { kind: 'nice', increment };
}

function readMask(value: string): Option | string {
  const mask = /^\+?[0-7]+$/.test(value) ? Number.parseInt(value, 8) : Number.NaN;
  return mask <= 0o777 ? { kind: 'umask', mask } : `bad umask value: "${value}"`;
}

/** `user` or `user.group`. */
function readUser(value: string): Option {
  const [user, group] = splitAt(value, '.') ?? [value, null];
  return { kind: 'user', user, group };
}

function readLinger(value: string): Option | string {
  const seconds = integer(value);
  return seconds === null || seconds < 0 ? `bad linger value: "${value}"` : { kind: 'linger', seconds };
}

/** A number that sscanf(3) reads with %d, nothing behind it. */
function integer(text: string): number | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  return Math.max(-MAX_INT, Math.min(MAX_INT, Number(text)));
}

/** NAME and VALUE of an expanded `setenv`; null when there can be no such variable. */
export function readAssignment(text: string): { readonly name: string; readonly value: string } | null {
  const [, name = '', value = ''] = /^([^ \t\r\n]*)([\s\S]*)$/.exec(text) ?? [];
  return name === '' || name.includes('=') ? null : { name, value: chop(value) };
}
