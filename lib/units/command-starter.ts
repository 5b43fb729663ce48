/** Runs the commands of service and socket units. */

import { basename } from 'node:path';
import type { Exit } from '../exec/launch.ts';
import { removeDirectories } from '../exec/unit/make-directories.ts';
import { SharedPlans } from '../exec/unit/shared-plans.ts';
import { type CommandHandlers, type CommandStart, startCommand } from '../exec/unit/start-command.ts';
import type { ExecSettings } from '../model/exec-settings.ts';
import type { ServiceUnit } from '../model/service-unit.ts';
import type { World } from '../service/serving.ts';

import { say } from './messages.ts';
import type { OpenOutput, Outputs } from './output.ts';
import type { ServiceStarter, StartFacts, StartHandlers } from './service/commands.ts';
import type { CommandRef } from './service/life.ts';
import { signalName } from './service/signal-name.ts';
import type { CommandRun, CommandStarter, RunningCommand } from './socket/commands.ts';
import type { Result } from './socket/state.ts';

/** What it stands on. */
export interface StarterTools {
  readonly world: Pick<World, 'children' | 'defaults' | 'emit'>;
  readonly outputs: Outputs;
  /** $NOTIFY_SOCKET; null: nobody listens. */
  readonly notifySocket: string | null;
  /** A new $INVOCATION_ID: 32 hexadecimal digits. */
  readonly invocation: () => string;
}

/** One for all units of a daemon. */
export class UnitCommands implements ServiceStarter, CommandStarter {
  readonly #tools: StarterTools;
  readonly #plans: SharedPlans;

  constructor(tools: StarterTools) {
    this.#tools = tools;
    this.#plans = new SharedPlans(tools.world.children);
  }

  start(unit: ServiceUnit, { index, kind }: CommandRef, facts: StartFacts, handlers: StartHandlers): void {
    const command = unit.commands[kind][index];
    if (command === undefined) throw new RangeError(`${unit.head.name} has no ${kind} ${index}`);
    const { connection, invocation, sockets, stored, watchdogMs } = facts;
    this.#run(
      {
        unit,
        command,
        kind,
        invocation,
        told: toldTo(unit, facts, this.#tools.notifySocket),
        watchdogUs: watchdogMs === null ? null : Math.round(watchdogMs * 1000),
        sockets: connection === null ? sockets : [{ fd: connection.fd, name: 'connection' }],
        stored,
      },
      handlers,
    );
  }

  released({ exec }: ServiceUnit, restarts: boolean): void {
    const { directories, runtimeDirectoryPreserve: preserve } = exec;
    if (preserve === 'yes' || (preserve === 'restart' && restarts)) return;
    for (const one of directories) if (one.kind === 'runtime') removeDirectories(one);
  }

  run({ command, descriptors, unit }: CommandRun, ended: (result: Result) => void): RunningCommand {
    const { children } = this.#tools.world;
    let running: number | null = null;
    let wanted: number | null = null;
    const start: CommandStart = {
      unit,
      command,
      kind: 'startPre',
      passes: true,
      invocation: this.#tools.invocation(),
      told: [],
      watchdogUs: null,
      sockets: descriptors,
      stored: [],
    };
    this.#run(start, {
      started(pid) {
        running = pid;
        if (wanted !== null) children.killGroup(pid, wanted);
      },
      failed: ({ exit }) =>
        ended(command.ignoreFailure ? 'success' : exit === null ? 'resources' : 'exit-code'),
      exited: (exit) => ended(command.ignoreFailure ? 'success' : resultOf(exit)),
    });
    return {
      kill(signal) {
        wanted = signalOf(unit.exec, signal);
        if (running !== null) children.killGroup(running, wanted);
      },
    };
  }

  #run(start: CommandStart, handlers: CommandHandlers): void {
    const { outputs, world } = this.#tools;
    let output: OpenOutput | null = null;
    const log = () => {
      output = outputs.open(speakerOf(start));
      return output.fd;
    };
    startCommand(
      start,
      {
        ...world,
        plans: this.#plans,
        log,
        warn: (problem) => say(world.emit, start.unit.head, 'warning', problem),
      },
      {
        started(pid) {
          output?.started(pid);
          handlers.started(pid);
        },
        failed: (failure) => handlers.failed(failure),
        exited: (exit) => handlers.exited(exit),
      },
    );
  }
}

function speakerOf({ command, unit }: CommandStart) {
  const { identifier, level, levelPrefix } = unit.exec.syslog;
  return { unit: unit.head.name, identifier: identifier ?? basename(command.program), level, levelPrefix };
}

/** Variables of this one run (systemd.exec(5), sd_notify(3)). */
function toldTo(unit: ServiceUnit, facts: StartFacts, notifySocket: string | null): readonly string[] {
  const { connection, mainPid, outcome } = facts;
  const { fdStoreMax, notifyAccess, pidFile } = unit;
  return [
    ...(notifySocket === null || notifyAccess === 'none' ? [] : [`NOTIFY_SOCKET=${notifySocket}`]),
    ...(fdStoreMax === 0 ? [] : [`FDSTORE=${fdStoreMax}`]),
    ...(mainPid === null ? [] : [`MAINPID=${mainPid}`]),
    ...(pidFile === null ? [] : [`PIDFILE=${pidFile}`]),
    ...(connection?.environment ?? []),
    ...(outcome === null ? [] : outcomeOf(outcome)),
  ];
}

function outcomeOf({ exit, result }: NonNullable<StartFacts['outcome']>): readonly string[] {
  if (exit === null) return [`SERVICE_RESULT=${result}`];
  const status = exit.code === 'exited' ? null : signalName(exit.status);
  return [`SERVICE_RESULT=${result}`, `EXIT_CODE=${exit.code}`, `EXIT_STATUS=${status ?? exit.status}`];
}

function resultOf({ dumped, signal, status }: Exit): Result {
  if (signal !== null) return dumped === true ? 'core-dump' : 'signal';
  return status === 0 ? 'success' : 'exit-code';
}

function signalOf({ finalKillSignal, killSignal }: ExecSettings, signal: 'term' | 'kill'): number {
  return signal === 'term' ? killSignal : finalKillSignal;
}
