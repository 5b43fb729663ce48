/** The environment of a unit's processes (systemd.exec(5), ENVIRONMENT VARIABLES IN SPAWNED PROCESSES). */

import type { OwnDirectories } from '../../model/exec-settings.ts';
import type { OwnWord } from '../../sys/plan.ts';
import type { Environment } from '../environment.ts';
import type { CommandFacts, CommandRequest, GivenName } from './command.ts';
import { BASES } from './directories.ts';

/** Where programs are looked for, and $PATH. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a command gets: the texts, and what only the child itself can complete. */
export interface CommandEnvironment {
  /** Before UnsetEnvironment=: what `$NAME` in its words stands for. */
  readonly known: Environment;
  readonly environment: Environment;
  readonly ownVariables: readonly OwnWord[];
}

/** `passed`: the descriptors from 3 on. */
export function commandEnvironment(
  request: CommandRequest,
  facts: CommandFacts,
  passed: readonly GivenName[],
): CommandEnvironment {
  const all = new Map<string, Value>();
  for (const source of SOURCES)
    for (const [name, value] of source({ ...request, facts, passed })) all.set(name, value);
  const known = textsOf(all);
  for (const word of request.unit.exec.unsetEnvironment) {
    const [name = '', ...rest] = word.split('=');
    if (rest.length === 0 || all.get(name) === rest.join('=')) all.delete(name);
  }
  return {
    known,
    environment: textsOf(all),
    ownVariables: [...all].flatMap(([name, value]) =>
      value === PID ? { pid: `${name}=` } : value === PIDFD ? { pidfdId: `${name}=` } : [],
    ),
  };
}

/** Numbers that the child has and nobody before it. */
const PID = Symbol('pid');
const PIDFD = Symbol('pidfd');
type Value = string | typeof PID | typeof PIDFD;
type Variable = readonly [name: string, value: Value];

interface Asked extends CommandRequest {
  readonly facts: CommandFacts;
  readonly passed: readonly GivenName[];
}

type Source = (asked: Asked) => Iterable<Variable>;

// biome-ignore format: a table
/** A later one wins. There is nothing of the daemon's own but what is named here. */
const SOURCES: readonly Source[] = [
  ({ facts }) => [['PATH', DEFAULT_PATH], ...passOn(facts, ['LANG'])],
  ({ facts }) => facts.told.map(assignment),
  ({ passed }) => (passed.length === 0 ? [] : listening(passed)),
  ({ facts }) => (facts.watchdogUs === null ? [] : [['WATCHDOG_PID', PID], ['WATCHDOG_USEC', String(facts.watchdogUs)]]),
  ({ facts }) => login(facts),
  ({ facts }) => [['INVOCATION_ID', facts.invocation], ['SYSTEMD_EXEC_PID', PID]],
  ({ unit }) => unit.exec.directories.map(directoryVariable),
  ({ unit }) => (unit.exec.execSearchPath === null ? [] : [['PATH', unit.exec.execSearchPath.join(':')]]),
  ({ unit, facts }) => passOn(facts, unit.exec.passEnvironment),
  ({ unit }) => unit.exec.environment.map(assignment),
  ({ facts }) => facts.files,
];

/** sd_listen_fds(3) */
function listening(passed: readonly GivenName[]): readonly Variable[] {
  return [
    ['LISTEN_FDS', String(passed.length)],
    ['LISTEN_FDNAMES', passed.map(({ name }) => name).join(':')],
    ['LISTEN_PID', PID],
    ['LISTEN_PIDFDID', PIDFD],
  ];
}

/** What a login would set; a home or shell that stands for none is none. */
function login({ identity: { given, user } }: CommandFacts): readonly Variable[] {
  if (!given) return [['USER', user.name]];
  return [
    ['USER', user.name],
    ['LOGNAME', user.name],
    ...(user.home === '' || user.home === '/' ? [] : [['HOME', user.home] as const]),
    ...(isShell(user.shell) ? [['SHELL', user.shell] as const] : []),
  ];
}

/** Whether somebody can be let in by it (nologin(8)). */
export function isShell(path: string): boolean {
  return path !== '' && !/\/(nologin|false)$/.test(path);
}

/** `RUNTIME_DIRECTORY=/run/a:/run/b` */
function directoryVariable({ kind, names }: OwnDirectories): Variable {
  return [`${kind.toUpperCase()}_DIRECTORY`, names.map((name) => `${BASES[kind]}/${name}`).join(':')];
}

function passOn({ defaults }: CommandFacts, names: readonly string[]): readonly Variable[] {
  return names.flatMap((name) => {
    const value = defaults.wholeEnvironment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
}

function assignment(text: string): Variable {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function textsOf(all: ReadonlyMap<string, Value>): Environment {
  return Object.fromEntries(
    [...all].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
