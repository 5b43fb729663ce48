/** The command lines of the daemon, `superd run` and inetd, as what it is to do; xinetd's is in xinetd.ts. */

import { resolve } from 'node:path';
import type { Dialect, Settings } from '../config/settings.ts';
import { type LogTarget, parseLogTarget } from '../log/target.ts';
import { type Given, getopt, type Misuse } from './getopt.ts';
import { helpText } from './help.ts';
import { type Called, misuseStatus } from './inetd.ts';
import { type Option, optionsOf } from './options.ts';
import { dialectOf, number, settingsOf, type Values } from './settings.ts';

/** What the daemon is to do. */
export interface ServeOptions {
  readonly paths: readonly string[];
  readonly settings: Settings;
  readonly foreground: boolean;
  readonly pidFile: string | null;
  readonly onTrip: 'close' | 'hold';
  readonly stopTimeoutMs: number;
  /** Children of all services at once; null: any number. */
  readonly processLimit: number | null;
  /** It goes on without a single service. */
  readonly stayAlive: boolean;
  /** How often it checks its own tables, ms; null: never. */
  readonly checkIntervalMs: number | null;
  readonly udpReplyLowPorts: boolean;
  readonly keepEnvironment: boolean;
  readonly logConnections: boolean;
  /** How hosts.allow and hosts.deny are read. */
  readonly hosts: { readonly strict: boolean; readonly hash: 'word' | 'comment' };
  readonly log: LogTarget;
  readonly logFormat: 'human' | 'json';
  readonly debug: boolean;
  /** What to say at the start: the command line asks for what cannot be had. */
  readonly notes: readonly string[];
  /** Of the process that a daemon's face leaves behind: the socket where it says that it serves. */
  readonly report: string | null;
}

/** What to do, or a text to print and the exit status. */
export type Command =
  | { readonly kind: 'serve'; readonly options: ServeOptions }
  | { readonly kind: 'check'; readonly options: Pick<ServeOptions, 'paths' | 'settings'> }
  | { readonly kind: 'print'; readonly text: string; readonly to?: 'stderr' }
  | { readonly kind: 'misuse'; readonly text: string; readonly status: number };

/** Who asks, beside the words: what the process itself knows. */
export interface Caller {
  readonly uid: number;
  /** Paths on the command line begin here. */
  readonly cwd: string;
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where a daemon in the foreground logs. */
export const STDERR: LogTarget = { kind: 'stderr' };
/** Where one in the background does. */
export const SYSLOG: Extract<LogTarget, { kind: 'syslog' }> = {
  kind: 'syslog',
  path: '/dev/log',
  form: 'rfc3164',
};
const LOG_WORDS = 'stdout, stderr, file:PATH, syslog, syslog:rfc5424 and udp://HOST[:PORT]';
const FORMATS = ['human', 'json'] as const;

/** Reads the words behind `superd run`. */
export function runCommand(words: readonly string[], caller: Caller): Command {
  const usage = (misuse: string): Command => ({
    kind: 'misuse',
    text: `superd run: ${misuse}\n${hint('superd run')}`,
    status: 2,
  });
  const given = getopt(words, optionsOf('run'));
  if ('misuse' in given) return usage(given.misuse);
  if (given.values.has('help')) return { kind: 'print', text: helpText('run', 'superd run') };
  if (given.values.has('version')) return { kind: 'print', text: `superd ${caller.version}\n` };
  const options = serveOptions(given, 'auto', caller);
  if ('misuse' in options) return usage(options.misuse);
  const log = logOf(given.values, STDERR);
  if ('misuse' in log) return usage(log.misuse);
  return { kind: 'serve', options: { ...options, ...log } };
}

/** Where --log and --log-format send the log. */
export function logOf(values: Values, fallback: LogTarget): Pick<ServeOptions, 'log' | 'logFormat'> | Misuse {
  const target = values.get('log');
  const log = target === undefined ? fallback : parseLogTarget(target);
  if (log === null) return { misuse: `--log: '${target}' is none of ${LOG_WORDS}` };
  const asked = values.get('log-format') ?? 'human';
  const logFormat = FORMATS.find((format) => format === asked);
  return logFormat === undefined
    ? { misuse: `--log-format: '${asked}' is neither human nor json` }
    : { log, logFormat };
}

/** Reads the words behind inetd, in the dialect of its name or of --dialect. */
export function inetdCommand(called: Called, caller: Caller): Command {
  const first = getopt(called.words, inetdOptions(called.dialect));
  const asked = 'misuse' in first ? called.dialect : dialectOf(first.values, called.dialect);
  const dialect = typeof asked === 'string' ? asked : called.dialect;
  const usage = (misuse: string): Command => ({
    kind: 'misuse',
    text: `${called.name}: ${misuse}\n${hint(called.name)}`,
    status: misuseStatus(dialect),
  });
  const given = dialect === called.dialect ? first : getopt(called.words, inetdOptions(dialect));
  if ('misuse' in given) return usage(given.misuse);
  if (given.values.has('help')) return { kind: 'print', text: helpText('inetd', called.name) };
  if (given.values.has('version'))
    return { kind: 'print', text: `${called.name} (superd) ${caller.version}\n` };
  if (needsFile(dialect) && caller.uid !== 0 && given.operands.length === 0) {
    return { kind: 'misuse', text: `${called.name}: non-root must specify a config file\n`, status: 1 };
  }
  const options = serveOptions(given, dialect, caller);
  if ('misuse' in options) return usage(options.misuse);
  return { kind: 'serve', options: likeInetd(options, given.values, caller) };
}

/** GNU inetd never takes the next word for `-p`, and `-p` alone is no pid file. */
function inetdOptions(dialect: Dialect): readonly Option[] {
  const options = [...optionsOf('inetd'), ...optionsOf('detached')];
  if (dialect !== 'gnu') return options;
  return options.map((option) => (option.name === 'pid-file' ? { ...option, arity: 'attached' } : option));
}

function needsFile(dialect: Dialect): boolean {
  return dialect === 'debian' || dialect === 'bsd' || dialect === 'busybox';
}

function likeInetd(options: ServeOptions, values: Values, caller: Caller): ServeOptions {
  const { inetd } = options.settings;
  const { dialect, wrap } = inetd;
  const debug = values.has('debug');
  const notified = caller.environment.NOTIFY_SOCKET !== undefined;
  const standard = caller.uid === 0 && !(debug && dialect === 'freebsd') ? '/run/inetd.pid' : null;
  // Without a dialect of its own superd's -l does what Debian's does, and more.
  const wrapsAll = dialect === 'auto' && values.has('log-connections');
  return {
    ...options,
    settings: wrapsAll
      ? { ...options.settings, inetd: { ...inetd, wrap: { ...wrap, programs: 'all' } } }
      : options.settings,
    foreground: debug || notified || values.has('foreground') || values.has('report'),
    pidFile: values.has('pid-file') ? options.pidFile : standard,
    logConnections: debug || values.has('log-connections') || values.has('trace'),
    log: debug || values.has('stderr') ? STDERR : SYSLOG,
    debug,
    report: values.get('report') ?? null,
  };
}

/** What all faces have in common; a foreground daemon that logs to standard error. */
export function serveOptions(given: Given, fallback: Dialect, caller: Caller): ServeOptions | Misuse {
  const { values, operands } = given;
  const settings = settingsOf(values, fallback, caller);
  if ('misuse' in settings) return settings;
  const onTrip = values.get('on-trip') ?? 'close';
  if (onTrip !== 'close' && onTrip !== 'hold')
    return { misuse: `--on-trip: '${onTrip}' is neither close nor hold` };
  const seconds = number(values, 'stop-timeout', 0) ?? 10;
  if (typeof seconds === 'object') return seconds;
  const processLimit = number(values, 'process-limit', 1) ?? null;
  if (typeof processLimit === 'object' && processLimit !== null) return processLimit;
  const pidFile = values.get('pid-file') ?? '';
  return {
    paths: operands.map((path) => resolve(caller.cwd, path)),
    settings,
    foreground: true,
    pidFile: pidFile === '' ? null : resolve(caller.cwd, pidFile),
    onTrip,
    stopTimeoutMs: seconds * 1000,
    processLimit,
    stayAlive: true,
    checkIntervalMs: null,
    udpReplyLowPorts: values.has('udp-reply-low-ports'),
    keepEnvironment: values.has('keep-environment'),
    logConnections: values.has('log-connections'),
    hosts: {
      strict: values.has('wrappers-strict'),
      hash: settings.inetd.dialect === 'freebsd' ? 'comment' : 'word',
    },
    log: STDERR,
    logFormat: 'human',
    debug: false,
    notes: [],
    report: null,
  };
}

/** The last line about a command line that is not understood. */
export function hint(name: string): string {
  return `Try '${name} --help' for more information.\n`;
}
