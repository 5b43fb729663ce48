/** The command lines of the daemon, `superd run` and inetd, as what it is to do. */

import { resolve } from 'node:path';
import type { Dialect, InetdSettings } from '../config/settings.ts';
import { type LogTarget, parseLogTarget } from '../log/target.ts';
import { type Given, getopt, type Misuse } from './getopt.ts';
import { helpText } from './help.ts';
import { type Called, misuseStatus } from './inetd.ts';
import { type Option, optionsOf } from './options.ts';
import { dialectOf, number, settingsOf, type Values } from './settings.ts';

/** What the daemon is to do. */
export interface ServeOptions {
  readonly paths: readonly string[];
  readonly settings: InetdSettings;
  readonly foreground: boolean;
  readonly pidFile: string | null;
  readonly onTrip: 'close' | 'hold';
  readonly stopTimeoutMs: number;
  readonly udpReplyLowPorts: boolean;
  readonly keepEnvironment: boolean;
  readonly logConnections: boolean;
  /** How hosts.allow and hosts.deny are read. */
  readonly hosts: { readonly strict: boolean; readonly hash: 'word' | 'comment' };
  readonly log: LogTarget;
  readonly logFormat: 'human' | 'json';
  readonly debug: boolean;
  /** Of the process that inetd leaves behind: the socket where it says that it serves. */
  readonly report: string | null;
}

/** What to do, or a text to print and the exit status. */
export type Command =
  | { readonly kind: 'serve'; readonly options: ServeOptions }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'misuse'; readonly text: string; readonly status: number };

/** Who asks, beside the words: what the process itself knows. */
export interface Caller {
  readonly uid: number;
  /** Paths on the command line begin here. */
  readonly cwd: string;
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const STDERR: LogTarget = { kind: 'stderr' };
const SYSLOG: LogTarget = { kind: 'syslog', path: '/dev/log', form: 'rfc3164' };
const LOG_WORDS = 'stdout, stderr, syslog, syslog:rfc5424 and udp://HOST[:PORT]';

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
  const target = given.values.get('log') ?? 'stderr';
  const log = parseLogTarget(target);
  if (log === null) return usage(`--log: '${target}' is none of ${LOG_WORDS}`);
  const format = given.values.get('log-format') ?? 'human';
  if (format !== 'human' && format !== 'json') {
    return usage(`--log-format: '${format}' is neither human nor json`);
  }
  return { kind: 'serve', options: { ...options, foreground: true, log, logFormat: format } };
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
  const { dialect, wrap } = options.settings;
  const debug = values.has('debug');
  const notified = caller.environment.NOTIFY_SOCKET !== undefined;
  const standard = caller.uid === 0 && !(debug && dialect === 'freebsd') ? '/run/inetd.pid' : null;
  // Without a dialect of its own superd's -l does what Debian's does, and more.
  const wrapsAll = dialect === 'auto' && values.has('log-connections');
  return {
    ...options,
    settings: wrapsAll ? { ...options.settings, wrap: { ...wrap, programs: 'all' } } : options.settings,
    foreground: debug || notified || values.has('foreground') || values.has('report'),
    pidFile: values.has('pid-file') ? options.pidFile : standard,
    logConnections: debug || values.has('log-connections') || values.has('trace'),
    log: debug || values.has('stderr') ? STDERR : SYSLOG,
    debug,
    report: values.get('report') ?? null,
  };
}

/** What both faces have in common; a foreground daemon that logs to standard error. */
function serveOptions(given: Given, fallback: Dialect, caller: Caller): ServeOptions | Misuse {
  const { values, operands } = given;
  const settings = settingsOf(values, fallback, caller.uid);
  if ('misuse' in settings) return settings;
  const onTrip = values.get('on-trip') ?? 'close';
  if (onTrip !== 'close' && onTrip !== 'hold')
    return { misuse: `--on-trip: '${onTrip}' is neither close nor hold` };
  const seconds = number(values, 'stop-timeout', 0) ?? 10;
  if (typeof seconds === 'object') return seconds;
  const pidFile = values.get('pid-file') ?? '';
  return {
    paths: operands.map((path) => resolve(caller.cwd, path)),
    settings,
    foreground: true,
    pidFile: pidFile === '' ? null : resolve(caller.cwd, pidFile),
    onTrip,
    stopTimeoutMs: seconds * 1000,
    udpReplyLowPorts: values.has('udp-reply-low-ports'),
    keepEnvironment: values.has('keep-environment'),
    logConnections: values.has('log-connections'),
    hosts: {
      strict: values.has('wrappers-strict'),
      hash: settings.dialect === 'freebsd' ? 'comment' : 'word',
    },
    log: STDERR,
    logFormat: 'human',
    debug: false,
    report: null,
  };
}

function hint(name: string): string {
  return `Try '${name} --help' for more information.\n`;
}
