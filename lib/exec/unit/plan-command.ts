/** The plan of a unit's command: everything its process does before the program runs, in the order of systemd.exec(5). */

import { substitute } from '../../config/systemd/text/substitute.ts';
import type { Operation, SpawnPlan } from '../plan.ts';
import type { CommandFacts, CommandRequest, GivenName } from './command.ts';
import { commandEnvironment, DEFAULT_PATH, isShell } from './environment.ts';
import { limitsOf } from './limits.ts';
import { type Source, streamsOf } from './streams.ts';

/** A plan, and what the daemon opens for it: the k-th source is the descriptor of slot k. */
export interface CommandPlan {
  readonly plan: SpawnPlan;
  readonly sources: readonly Source[];
  /** Sockets are given with (NonBlocking=) or without O_NONBLOCK; stored descriptors as they are. */
  readonly blocking: boolean;
  /** Variables in its words that have no value. */
  readonly unset: readonly string[];
}

/** Plans a command. A problem keeps it from being started: a line for people. */
export function planCommand(
  request: CommandRequest,
  facts: CommandFacts,
): CommandPlan | { readonly problem: string } {
  const { command, kind, unit } = request;
  const { sockets, stored } = facts;
  const streams = streamsOf(unit.exec, sockets, stored);
  if ('problem' in streams) return streams;
  const passes = request.passes ?? kind === 'start';
  const passed = passes ? passedOn(sockets, stored, streams.socketUsed) : [];
  const { environment, known, ownVariables } = commandEnvironment(
    request,
    facts,
    passed.map(({ name }) => ({ name })),
  );
  const { argv, unset } = command.substitute
    ? substitute(command.argv, (name) => known[name])
    : { argv: command.argv, unset: [] };
  const sources = [...streams.sources, ...passed.map(({ index }): Source => ({ from: 'given', index }))];
  const asked: Asked = { ...request, facts, passed: passed.length };
  return {
    plan: {
      argv,
      environment,
      environmentSlots: 0,
      ownVariables,
      descriptors: sources.length,
      operations: STEPS.flatMap((step) => step(asked)),
    },
    sources,
    blocking: unit.nonBlocking !== true || streams.socketUsed,
    unset,
  };
}

interface Passed extends GivenName {
  readonly index: number;
}

/** From 3 on: the sockets, unless a standard stream is the only one, then what was stored. */
function passedOn(
  sockets: readonly GivenName[],
  stored: readonly GivenName[],
  socketUsed: boolean,
): readonly Passed[] {
  const all = [...sockets, ...stored].map(({ name }, index) => ({ name, index }));
  return socketUsed ? all.slice(sockets.length) : all;
}

interface Asked extends CommandRequest {
  readonly facts: CommandFacts;
  /** How many descriptors follow the standard streams. */
  readonly passed: number;
}

type Step = (asked: Asked) => readonly Operation[];

/**
 * In their order, which is part of the protection: files and limits while the process is still the daemon's user, groups
 * before the user, the working directory as that user, and what can never be regained last.
 */
const STEPS: readonly Step[] = [
  ({ unit }) =>
    unit.exec.ignoreSigpipe ? [{ op: 'ignore-signal', signal: 'SIGPIPE', because: 'IgnoreSIGPIPE=' }] : [],
  () => [{ op: 'setsid', because: 'a child is its own session' }],
  () => [dup(0, 0, 'StandardInput='), dup(1, 1, 'StandardOutput='), dup(2, 2, 'StandardError=')],
  scheduling,
  ({ unit }) => [{ op: 'umask', mask: unit.exec.umask, because: 'UMask=' }],
  limitsOf,
  groups,
  ({ passed }) =>
    Array.from({ length: passed }, (_, k) => dup(FIRST_STREAMS + k, LISTEN_START + k, 'Sockets=')),
  root,
  user,
  workingDirectory,
  ({ command, unit }) =>
    unit.exec.noNewPrivileges && command.privileges !== 'full'
      ? [{ op: 'no-new-privileges', because: 'NoNewPrivileges=' }]
      : [],
  program,
];

/** SD_LISTEN_FDS_START of sd_listen_fds(3), and the slots before those of what is passed. */
const LISTEN_START = 3;
const FIRST_STREAMS = 3;

function dup(slot: number, descriptor: number, because: string): Operation {
  return { op: 'dup', slot, descriptor, because };
}

function scheduling({ unit: { exec } }: Asked): readonly Operation[] {
  const { cpuAffinity, cpuScheduling, ioScheduling, nice, oomScoreAdjust, timerSlackNs } = exec;
  const operations: Operation[] = [];
  if (oomScoreAdjust !== null) {
    operations.push({ op: 'oom-score', value: oomScoreAdjust, because: 'OOMScoreAdjust=' });
  }
  if (cpuScheduling !== null) {
    operations.push({ op: 'scheduler', ...cpuScheduling, because: 'CPUSchedulingPolicy=' });
  }
  if (nice !== null) operations.push({ op: 'nice', value: nice, because: 'Nice=' });
  if (cpuAffinity !== null && cpuAffinity.length > 0) {
    operations.push({ op: 'affinity', cpus: cpuAffinity, because: 'CPUAffinity=' });
  }
  if (ioScheduling !== null) {
    operations.push({ op: 'io-priority', ...ioScheduling, because: 'IOSchedulingClass=' });
  }
  if (timerSlackNs !== null)
    operations.push({ op: 'timer-slack', ns: timerSlackNs, because: 'TimerSlackNSec=' });
  return operations;
}

/** Whether the process changes its user and groups: not where it may not, and is that user already. */
function changesIds({ command, facts: { defaults, identity }, unit: { exec } }: Asked): boolean {
  if (command.privileges !== 'unit') return false;
  return defaults.root || identity.given || exec.group !== null || exec.supplementaryGroups.length > 0;
}

function groups(asked: Asked): readonly Operation[] {
  if (!changesIds(asked)) return [];
  const { gid, groups: gids } = asked.facts.identity;
  return [
    { op: 'setgroups', gids, because: 'SupplementaryGroups=' },
    { op: 'setgid', gid, because: 'Group=' },
  ];
}

function user(asked: Asked): readonly Operation[] {
  return changesIds(asked) ? [{ op: 'setuid', uid: asked.facts.identity.user.uid, because: 'User=' }] : [];
}

/** RootDirectory= where it holds for this command. */
function rootOf({ command, kind, unit: { exec } }: Asked): string | null {
  if (command.privileges === 'full') return null;
  return exec.rootDirectoryStartOnly && kind !== 'start' ? null : exec.rootDirectory;
}

function root(asked: Asked): readonly Operation[] {
  const path = rootOf(asked);
  return path === null ? [] : [{ op: 'chroot', path, because: 'RootDirectory=' }];
}

/** A directory that may be missing leaves the process in `/`: never outside of its root directory. */
function workingDirectory(asked: Asked): readonly Operation[] {
  const { facts, unit } = asked;
  const { rootDirectory, workingDirectory: wanted } = unit.exec;
  const because = 'WorkingDirectory=';
  // Commands outside of the root directory of their service find theirs by its whole path.
  const outside = rootOf(asked) === null ? (rootDirectory ?? '') : '';
  const at = (path: string) => (outside === '' ? path : `${outside}${path}`);
  const top: Operation = { op: 'chdir', path: at('/'), because };
  if (wanted === null) return [top];
  const path = wanted.path === 'home' ? facts.identity.user.home || '/' : wanted.path;
  return wanted.optional
    ? [top, { op: 'chdir', path: at(path), optional: true, because }]
    : [{ ...top, path: at(path) }];
}

/** A bare name is looked for in the view of the process, as its user. */
function program({ command, facts, unit }: Asked): readonly Operation[] {
  const { origin, name } = unit.head;
  const because = origin === null ? name : `${origin.file}:${origin.line}`;
  const { shell } = facts.identity.user;
  const wanted = command.shell === true && facts.identity.given && isShell(shell) ? shell : command.program;
  if (wanted.includes('/')) return [{ op: 'exec', program: wanted, orShell: false, because }];
  const folders = unit.exec.execSearchPath ?? DEFAULT_PATH.split(':');
  return folders.map((folder, k) => ({
    op: 'exec',
    program: `${folder}/${wanted}`,
    orShell: false,
    orNext: k < folders.length - 1,
    because,
  }));
}
