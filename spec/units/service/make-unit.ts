/** Service units for specs: what a case is not about has its default. */

import type { ExecSettings } from '../../../lib/model/exec-settings.ts';
import { SERVICE_COMMANDS, type ServiceCommand, type ServiceUnit } from '../../../lib/model/service-unit.ts';
import { type Command, RELATIONS, type UnitHead } from '../../../lib/model/unit.ts';

/** What a case says about its unit; a command line is split at blanks, and `-` in front is its prefix. */
export type UnitCase = Partial<Omit<ServiceUnit, 'commands' | 'exec' | 'head' | 'kind'>> & {
  readonly head?: Partial<UnitHead>;
  readonly exec?: Partial<ExecSettings>;
  readonly commands?: Readonly<Partial<Record<ServiceCommand, readonly string[]>>>;
};

const NO_EXITS = { codes: [], signals: [] };

export function makeService({ commands, exec, head, ...rest }: UnitCase = {}): ServiceUnit {
  const lists = { start: ['/bin/daemon'], ...commands };
  return {
    kind: 'service',
    head: { ...HEAD, ...head },
    type: 'simple',
    commands: Object.fromEntries(
      SERVICE_COMMANDS.map((kind) => [kind, (lists[kind as keyof typeof lists] ?? []).map(commandOf)]),
    ) as Record<ServiceCommand, Command[]>,
    exec: { ...EXEC, ...exec },
    remainAfterExit: false,
    pidFile: null,
    guessMainPid: true,
    restart: 'no',
    restartMs: 100,
    restartSteps: 0,
    restartMaxDelayMs: null,
    restartRandomMs: 0,
    successExit: NO_EXITS,
    restartPrevent: NO_EXITS,
    restartForce: NO_EXITS,
    timeoutStartMs: 90_000,
    timeoutStopMs: 80_000,
    timeoutAbortMs: 70_000,
    timeoutStartFailure: 'terminate',
    timeoutStopFailure: 'terminate',
    runtimeMaxMs: Number.POSITIVE_INFINITY,
    watchdogMs: null,
    notifyAccess: 'none',
    reloadSignal: 1,
    fdStoreMax: 0,
    fdStorePreserve: 'restart',
    nonBlocking: false,
    sockets: [],
    openFiles: [],
    idleMs: null,
    access: { rules: [] } as unknown as ServiceUnit['access'],
    ...rest,
  };
}

function commandOf(line: string): Command {
  const words = line.replace(/^-/, '').split(' ');
  return {
    program: words[0] ?? '',
    argv: words,
    ignoreFailure: line.startsWith('-'),
    substitute: true,
    privileges: 'unit',
  };
}

const HEAD: UnitHead = {
  name: 'x.service',
  aliases: [],
  description: 'X',
  load: 'loaded',
  problem: null,
  origin: null,
  dropIns: [],
  relations: Object.fromEntries(
    RELATIONS.map((relation) => [relation, []]),
  ) as unknown as UnitHead['relations'],
  conditions: [],
  asserts: [],
  startLimit: { burst: 5, intervalMs: 10_000 },
  collect: 'inactive',
  stopWhenUnneeded: false,
  refuseManualStart: false,
  refuseManualStop: false,
  onFailureMode: 'replace',
  onSuccessMode: 'fail',
};

const EXEC: ExecSettings = {
  user: null,
  group: null,
  supplementaryGroups: [],
  workingDirectory: null,
  rootDirectory: null,
  rootDirectoryStartOnly: false,
  environment: [],
  environmentFiles: [],
  passEnvironment: [],
  unsetEnvironment: [],
  execSearchPath: null,
  umask: 0o022,
  nice: null,
  oomScoreAdjust: null,
  resources: [],
  cpuScheduling: null,
  cpuAffinity: null,
  ioScheduling: null,
  timerSlackNs: null,
  ignoreSigpipe: true,
  noNewPrivileges: false,
  standardInput: { kind: 'null' },
  standardOutput: { kind: 'log' },
  standardError: { kind: 'inherit' },
  syslog: { identifier: null, level: 6, levelPrefix: true },
  directories: [],
  runtimeDirectoryPreserve: 'no',
  killMode: 'control-group',
  killSignal: 15,
  restartKillSignal: null,
  finalKillSignal: 9,
  watchdogSignal: 6,
  sendSighup: false,
  sendSigkill: true,
};
