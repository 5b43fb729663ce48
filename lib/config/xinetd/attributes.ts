/** Every attribute of xinetd.conf(5): a row says how it is written, where it may stand, and who reads it. */

import type { SocketType } from '../../model/address.ts';
import { type AddressElement, type Draft, FLAGS, TYPES, type Values } from './entry.ts';
import type { Operator, Word } from './text/block.ts';
import { addressElement } from './values/addresses.ts';
import { redirectTarget, writtenHost } from './values/hosts.ts';
import { accessTimes } from './values/hours.ts';
import { failureWord, logTarget, successWord } from './values/log-target.ts';
import { each, one, type Reader, refuse, type Scope } from './values/reader.ts';
import { groupNumber, writtenUser } from './values/user.ts';
import {
  countOrUnlimited,
  inherited,
  integer,
  load,
  minutes,
  octal,
  path,
  perSecond,
  protocol,
  secondsOrUnlimited,
  sizeOrUnlimited,
  text,
  variable,
  versions,
  wordOf,
  yesNo,
} from './values/words.ts';

/** How a service comes by what defaults say, in the words of xinetd: when its line is read, or when all is read. */
export type Inheritance = 'early' | 'early-or-late' | 'late' | 'never';

/** What is the same for all kinds of attributes. */
export interface Attribute {
  /** How many values: at least, and at most. */
  readonly arity: readonly [number, number];
  readonly operators: readonly Operator[];
  readonly scope: 'service' | 'defaults' | 'both' | 'both-here';
  readonly inheritance: Inheritance;
  readonly key: keyof Values;
  /** It keeps callers out: a service is not started without it. */
  readonly restricts: boolean;
  /** xinetd 2.3.15 does not know it, or not there. */
  readonly own: boolean;
  /** Words behind a `#` belong to it. */
  readonly takesHash: boolean;
  /** Reads the words and puts the value into the draft; false: refused, which is reported. */
  set(draft: Draft, words: readonly Word[], operator: Operator, scope: Scope): boolean;
}

type Options = Partial<Omit<Attribute, 'set' | 'key' | 'operators'>>;
const MANY = Number.POSITIVE_INFINITY;
const DEFAULTS = { scope: 'both', inheritance: 'late' } as const;
const EARLY = { scope: 'both', inheritance: 'early', restricts: true } as const;
const FILE = { scope: 'both', inheritance: 'early' } as const;
const WORDS = { scope: 'both', inheritance: 'early-or-late' } as const;
const NAMES = { scope: 'defaults', restricts: true } as const;
const LIMIT = { restricts: true } as const;
const PLAIN: Omit<Attribute, 'set' | 'key' | 'operators'> = {
  arity: [1, 1],
  scope: 'service',
  inheritance: 'never',
  restricts: false,
  own: false,
  takesHash: false,
};
const SOCKET_TYPES: readonly SocketType[] = ['stream', 'dgram', 'raw', 'seqpacket'];

// biome-ignore format: a table
/** Every attribute by its name, in the order of xinetd.conf(5). */
export const attributes: ReadonlyMap<string, Attribute> = new Map([
  ['id', single('id', one(text))],
  ['type', single('type', each(wordOf(TYPES)), { arity: [1, MANY] })],
  ['flags', single('flags', each(wordOf(FLAGS)), { arity: [1, MANY] })],
  ['disable', single('disable', one(yesNo), LIMIT)],
  ['socket_type', single('socketType', one(wordOf(SOCKET_TYPES)))],
  ['protocol', single('protocol', one(protocol))],
  ['wait', single('wait', one(yesNo))],
  ['user', single('user', one(writtenUser), LIMIT)],
  ['group', single('group', one(groupNumber), LIMIT)],
  ['groups', single('groups', one(yesNo), DEFAULTS)],
  ['umask', single('umask', one(octal), { ...DEFAULTS, ...LIMIT })],
  ['nice', single('nice', one(integer(-(2 ** 31))))],
  ['instances', single('instances', one(countOrUnlimited), { ...DEFAULTS, ...LIMIT })],
  ['per_source', single('perSource', one(countOrUnlimited), { ...DEFAULTS, ...LIMIT })],
  ['cps', single('cps', perSecond, { ...DEFAULTS, ...LIMIT, arity: [2, 2] })],
  ['max_load', single('maxLoad', one(load), { ...DEFAULTS, ...LIMIT })],
  ['server', single('server', one((word) => word))],
  ['server_args', single('serverArgs', each(text), { arity: [1, MANY], takesHash: true })],
  ['only_from', list('onlyFrom', each(addressElement), sameAddresses, EARLY)],
  ['no_access', list('noAccess', each(addressElement), sameAddresses, EARLY)],
  ['access_times', single('accessTimes', accessTimes, { scope: 'both-here', inheritance: 'late', arity: [1, MANY], ...LIMIT })],
  ['log_type', single('logType', logTarget, { ...DEFAULTS, arity: [1, MANY] })],
  ['log_on_success', list('logOnSuccess', each(successWord), same, WORDS)],
  ['log_on_failure', list('logOnFailure', each(failureWord), same, WORDS)],
  ['rpc_version', single('rpcVersion', one(versions))],
  ['rpc_number', single('rpcNumber', one(integer(0, 2 ** 32 - 1)))],
  ['env', environment()],
  ['passenv', list('passenv', each(inherited), same, { ...WORDS, ...LIMIT })],
  ['port', single('port', one(integer(0, 65_535)))],
  ['redirect', single('redirect', redirectTarget, { arity: [2, 2] })],
  ['bind', single('bind', one(writtenHost), { ...DEFAULTS, ...LIMIT })],
  ['interface', single('bind', one(writtenHost), { ...DEFAULTS, ...LIMIT })],
  ['banner', single('banner', one(path), FILE)],
  ['banner_success', single('bannerSuccess', one(path), FILE)],
  ['banner_fail', single('bannerFail', one(path), FILE)],
  ['deny_time', single('denyTime', one(minutes), LIMIT)],
  ['v6only', single('v6only', one(yesNo), { scope: 'both', inheritance: 'late', ...LIMIT })],
  ['libwrap', single('libwrap', one(text), LIMIT)],
  ['rlimit_as', single('rlimitAs', one(sizeOrUnlimited), LIMIT)],
  ['rlimit_data', single('rlimitData', one(sizeOrUnlimited), LIMIT)],
  ['rlimit_rss', single('rlimitRss', one(sizeOrUnlimited), LIMIT)],
  ['rlimit_stack', single('rlimitStack', one(sizeOrUnlimited), LIMIT)],
  ['rlimit_files', single('rlimitFiles', one(sizeOrUnlimited), LIMIT)],
  ['rlimit_cpu', single('rlimitCpu', one(secondsOrUnlimited), LIMIT)],
  ['enabled', list('enabled', each(text), same, NAMES)],
  ['disabled', list('disabled', each(text), same, NAMES)],
  ['mdns', single('mdns', one(yesNo), { own: true })],
  ['socket_backlog', single('socketBacklog', one(integer(1)), { own: true })],
]);

/** The attribute of a name in lower case, as the reading knows it. */
export function attributeOf(name: string, strict: boolean): Attribute | undefined {
  const attribute = attributes.get(name);
  return attribute?.own && strict ? undefined : attribute;
}

/** An attribute with one value, which is given once. */
function single<Key extends keyof Values>(
  key: Key,
  read: Reader<Given<Key>>,
  options: Options = {},
): Attribute {
  return {
    ...PLAIN,
    ...options,
    key,
    operators: ['='],
    set({ values }, words, _, scope) {
      const value = read(words, scope);
      if (value === null) return false;
      values[key] = value;
      return true;
    },
  };
}

type Given<Key extends keyof Values> = NonNullable<Values[Key]>;
type ItemOf<Key extends keyof Values> = Given<Key> extends readonly (infer Item)[] ? Item : never;
type ListKey = { [Key in keyof Values]-?: Given<Key> extends readonly unknown[] ? Key : never }[keyof Values];

/** A list; in defaults `=` adds to it. */
function list<Key extends ListKey>(
  key: Key,
  read: Reader<readonly ItemOf<Key>[]>,
  equal: (a: ItemOf<Key>, b: ItemOf<Key>) => boolean,
  options: Options = {},
): Attribute {
  return {
    ...PLAIN,
    arity: [0, MANY],
    ...options,
    key,
    operators: ['=', '+=', '-='],
    set({ values, isDefaults }, words, operator, scope) {
      const items = read(words, scope);
      if (items === null) return false;
      const present = (values[key] ?? []) as readonly ItemOf<Key>[];
      const isIn = (one: ItemOf<Key>, all: readonly ItemOf<Key>[]) => all.some((other) => equal(one, other));
      const added = () => [...present, ...items.filter((item) => !isIn(item, present))];
      const next =
        operator === '-='
          ? present.filter((item) => !isIn(item, items))
          : operator === '+=' || isDefaults
            ? added()
            : items;
      values[key] = next as Given<Key>;
      return true;
    },
  };
}

/** env is a list from which nothing is taken away. */
function environment(): Attribute {
  const row = list('env', each(variable), same, { restricts: true });
  return {
    ...row,
    set(draft, words, operator, scope) {
      if (operator !== '-=') return row.set(draft, words, operator, scope);
      const [word = draft.name] = words;
      const message = "'-=' takes no variable away";
      refuse(scope, word, "write 'env =' with the variables to set", {
        code: 'xinetd/bad-operator',
        message,
      });
      return false;
    },
  };
}

function same(a: string, b: string): boolean {
  return a === b;
}

/** Equal as written, or because both mean the same addresses. */
function sameAddresses(a: AddressElement, b: AddressElement): boolean {
  return a.text.toLowerCase() === b.text.toLowerCase() || JSON.stringify(a.rules) === JSON.stringify(b.rules);
}
