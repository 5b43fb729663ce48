/** The command line of xinetd(8), as what the daemon is to do. */

import { resolve } from 'node:path';
import { SYSLOG_FACILITIES } from '../model/service-log.ts';
import type { Misuse } from './getopt.ts';
import { helpText } from './help.ts';
import { optionsOf } from './options.ts';
import {
  type Caller,
  type Command,
  hint,
  logOf,
  type ServeOptions,
  STDERR,
  SYSLOG,
  serveOptions,
} from './serve-options.ts';
import { number, type Values } from './settings.ts';
import { readXinetdWords } from './xinetd-words.ts';

const FILE = '/etc/xinetd.conf';
const INETD_FILE = '/etc/inetd.conf';

/** Reads the words behind xinetd. `exists` says whether a file is there: -inetd_compat passes over one that is not. */
export function xinetdCommand(
  words: readonly string[],
  caller: Caller,
  exists: (path: string) => boolean,
): Command {
  const usage = (misuse: string): Command => ({
    kind: 'misuse',
    text: `xinetd: ${misuse}\nUsage: xinetd [OPTION...]\n${hint('xinetd')}`,
    status: 1,
  });
  const given = readXinetdWords(words, [...optionsOf('xinetd'), ...optionsOf('detached')]);
  if ('misuse' in given) return usage(given.misuse);
  const { values } = given;
  if (values.has('help')) return { kind: 'print', text: helpText('xinetd', 'xinetd') };
  if (values.has('version')) {
    // Where xinetd writes it, with the names that scripts look for.
    return { kind: 'print', text: `xinetd (superd) ${caller.version} libwrap loadavg\n`, to: 'stderr' };
  }
  const common = serveOptions(given, 'auto', caller);
  if ('misuse' in common) return usage(common.misuse);
  const options = likeXinetd(common, values, caller);
  if ('misuse' in options) return usage(options.misuse);
  const file = resolve(caller.cwd, values.get('config-file') ?? FILE);
  const both = values.has('inetd-compat') && exists(INETD_FILE);
  const paths = both ? [file, INETD_FILE] : [file];
  return values.has('check')
    ? { kind: 'check', options: { paths, settings: options.settings } }
    : { kind: 'serve', options: { ...options, paths } };
}

function likeXinetd(common: ServeOptions, values: Values, caller: Caller): ServeOptions | Misuse {
  const log = xinetdLog(values, caller);
  if ('misuse' in log) return log;
  const seconds = number(values, 'check-interval', 1) ?? null;
  for (const value of [seconds, ...UNUSED.map((name) => number(values, name, 0))]) {
    if (typeof value === 'object' && value !== null) return value;
  }
  const { inetd, xinetd } = common.settings;
  const debug = values.has('debug');
  const foreground = debug || values.has('foreground') || caller.environment.NOTIFY_SOCKET !== undefined;
  // Without root a daemon can run nothing as somebody else; xinetd does not start the service then.
  const asCaller = xinetd.asCaller || caller.uid !== 0;
  return {
    ...common,
    ...log,
    settings: {
      inetd: { ...inetd, asCaller },
      xinetd: { ...xinetd, asCaller, defaultsForInetd: values.has('inetd-compat') },
    },
    foreground: foreground || values.has('report'),
    stayAlive: values.has('stay-alive') || values.has('foreground'),
    checkIntervalMs: typeof seconds === 'number' ? seconds * 1000 : null,
    debug,
    report: values.get('report') ?? null,
  };
}

/** Options whose numbers are read, and have no effect. */
const UNUSED = ['log-processes', 'shutdown-processes'] as const;

/** Where xinetd's own messages go: syslog, unless a file or superd's --log is named. */
function xinetdLog(
  values: Values,
  { cwd }: Caller,
): Pick<ServeOptions, 'log' | 'logFormat' | 'notes'> | Misuse {
  const file = values.get('log-file');
  const facility = values.get('syslog-facility');
  if ([file, facility, values.get('log')].filter((value) => value !== undefined).length > 1) {
    return { misuse: 'the options -filelog, -syslog and --log exclude each other' };
  }
  if (file !== undefined) {
    return { log: { kind: 'file', path: resolve(cwd, file), form: 'xinetd' }, logFormat: 'human', notes: [] };
  }
  const known = SYSLOG_FACILITIES.find((name) => name === facility);
  const target = logOf(
    values,
    values.has('debug') ? STDERR : known === undefined ? SYSLOG : { ...SYSLOG, facility: known },
  );
  if ('misuse' in target) return target;
  const bad = facility !== undefined && known === undefined;
  return { ...target, notes: bad ? [`Bad syslog facility: ${facility}`] : [] };
}
