/** Options of the command line as settings for the reading of files. */

import { resolve } from 'node:path';
import type {
  Dialect,
  InetdSettings,
  Settings,
  UnitSettings,
  WrapScope,
  XinetdSettings,
} from '../config/settings.ts';
import type { Misuse } from './getopt.ts';
import type { OptionName } from './options.ts';
import { specifierHost } from './specifier-host.ts';

/** Every dialect, as --dialect takes it. */
export const DIALECTS: readonly Dialect[] = [
  'auto',
  'bsd',
  'debian',
  'netbsd',
  'freebsd',
  'gnu',
  'busybox',
  'solaris',
];

/** Where superd's own configuration is: the administrator's, what was made since the boot, what packages bring. */
const OWN_FOLDERS: readonly string[] = ['/etc/superd', '/run/superd', '/usr/lib/superd'];

/** Options that were given, by name. */
export type Values = ReadonlyMap<OptionName, string>;

/** Whose files are read: what the process itself knows. */
export interface Reader {
  readonly uid: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The settings, or why the values cannot be meant so; `fallback` is the dialect when none was given. */
export function settingsOf(values: Values, fallback: Dialect, reader: Reader): Settings | Misuse {
  const inetd = inetdSettings(values, fallback, reader.uid);
  if ('misuse' in inetd) return inetd;
  const units = unitSettings(values, reader);
  return { inetd, xinetd: xinetdSettings(values, reader), units, dropInFolders: OWN_FOLDERS };
}

/** Who names folders of units means the units that are enabled there. */
function unitSettings(values: Values, { environment }: Reader): UnitSettings {
  const more = (values.get('unit-path') ?? '').split(':').filter((folder) => folder !== '');
  const systemd = values.has('systemd-units');
  return {
    paths: [...more.map((folder) => resolve(folder)), ...OWN_FOLDERS],
    systemd,
    enabled: systemd || more.length > 0,
    host: () => specifierHost(environment),
  };
}

function xinetdSettings(values: Values, { uid, environment }: Reader): XinetdSettings {
  return {
    strict: values.has('strict-xinetd'),
    environment,
    callerUid: uid,
    asCaller: values.has('as-caller'),
  };
}

function inetdSettings(values: Values, fallback: Dialect, callerUid: number): InetdSettings | Misuse {
  const dialect = dialectOf(values, fallback);
  if (typeof dialect === 'object') return dialect;
  const limits = LIMITS.map(([name, key]) => [key, limit(values, name, dialect)] as const);
  const backlog = number(values, 'backlog', 1);
  const pair = loopLimit(values, dialect);
  for (const value of [...limits.map(([, value]) => value), backlog, pair]) {
    if (typeof value === 'object' && value !== null) return value;
  }
  const bindAddress = values.get('bind-address');
  return {
    dialect,
    ...Object.fromEntries(limits.filter(([, value]) => value !== undefined)),
    ...(typeof pair === 'number' ? { perMinute: pair } : {}),
    ...(typeof backlog === 'number' ? { backlog } : {}),
    ...(bindAddress === undefined ? {} : { bindAddress }),
    strict: values.has('strict'),
    tcpEnvironment: values.has('resolve') ? 'resolve' : values.has('environment') ? 'addresses' : 'none',
    wrap: wrapScope(dialect, values),
    callerUid,
    asCaller: values.has('as-caller'),
  };
}

/**
 * What hosts.allow and hosts.deny are asked about. NetBSD's inetd always asks, Debian's with `-l`, FreeBSD's with `-w` and
 * `-W`, which all others take too.
 */
function wrapScope(dialect: Dialect, values: Values): WrapScope {
  const streams = dialect === 'netbsd' || (dialect === 'debian' && values.has('log-connections'));
  return {
    programs: values.has('wrap') ? 'all' : streams ? 'streams' : 'none',
    builtins: values.has('wrap-internal'),
    tcpd: !values.has('no-native-tcpd'),
  };
}

/** The dialect that was asked for, or the fallback. */
export function dialectOf(values: Values, fallback: Dialect): Dialect | Misuse {
  const asked = values.get('dialect');
  if (asked === undefined) return fallback;
  return (
    DIALECTS.find((dialect) => dialect === asked) ?? {
      misuse: `'${asked}' is no dialect; there are ${DIALECTS.join(', ')}`,
    }
  );
}

/** A whole number of at least `least`; undefined when the option was not given or stands alone. */
export function number(values: Values, name: OptionName, least: number): number | undefined | Misuse {
  const text = values.get(name);
  if (text === undefined || text === '') return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least ? value : { misuse: `--${name}: '${text}' is not a number of at least ${least}` };
}

const LIMITS = [
  ['rate', 'perMinute'],
  ['children', 'children'],
  ['address-rate', 'perAddressPerMinute'],
  ['address-children', 'perAddressChildren'],
] as const satisfies readonly (readonly [OptionName, keyof InetdSettings])[];

/** 0 lifts a limit, but the rate of those inetds that refuse `-R 0`. */
function limit(values: Values, name: OptionName, dialect: Dialect): number | null | undefined | Misuse {
  const value = number(values, name, 0);
  if (name === 'children' && typeof value === 'object') {
    return { misuse: `${value.misuse}; a running inetd is reloaded with: kill -HUP $(cat /run/inetd.pid)` };
  }
  if (value !== 0) return value;
  const refused = name === 'rate' && (dialect === 'debian' || dialect === 'gnu' || dialect === 'bsd');
  return refused ? { misuse: '-R 0: bad value for service invocation rate' } : null;
}

/** Solaris' `-r COUNT INTERVAL`, as starts in 60 seconds. */
function loopLimit(values: Values, dialect: Dialect): number | undefined | Misuse {
  const text = values.get('loop-limit');
  if (text === undefined) return undefined;
  if (dialect !== 'solaris')
    return { misuse: '-r COUNT INTERVAL belongs to --dialect=solaris; here it is -R COUNT' };
  const [count = 0, seconds = 0] = text.split(' ').map(Number);
  if (!(count > 0) || !(seconds > 0)) return { misuse: `-r ${text}: not two numbers above 0` };
  return Math.max(1, Math.floor((count * 60) / seconds));
}
