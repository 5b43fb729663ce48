/** One socket unit at run time: carries out what its state machine says. */

import { Window } from '../../access/window.ts';
import { SOCKET_COMMANDS, type SocketUnit, type Unit } from '../../model/socket-unit.ts';
import { setBlocking } from '../../sys/socket.ts';
import { Deadline } from '../deadline.ts';
import { say } from '../messages.ts';
import type { ActiveState, Home, NamedFd, SocketCounters, SocketRunner, UnitRunner } from '../types.ts';
import { Callers, type Reception } from './callers.ts';
import type { CommandStarter, RunningCommand } from './commands.ts';
import { flush } from './flush.ts';
import type { Port } from './port.ts';
import { Ports, removePorts } from './ports.ts';
import {
  type Action,
  type Commands,
  DEAD,
  type Result,
  type SocketEvent,
  type State,
  SUBS,
  step,
} from './state.ts';
import { Trigger } from './trigger.ts';

/** Owns the descriptors of a socket unit. Outlives changes of its definition. */
export class SocketUnitRunner implements SocketRunner {
  readonly #home: Home;
  readonly #commands: CommandStarter;
  readonly #ports: Ports;
  readonly #callers: Callers;
  readonly #trigger: Trigger;
  readonly #deadline: Deadline;
  readonly #triggers: Window;
  readonly #starts: Window;
  #unit: SocketUnit;
  #state: State = DEAD;
  #running: RunningCommand | null = null;

  constructor(unit: SocketUnit, home: Home, commands: CommandStarter) {
    this.#unit = unit;
    this.#home = home;
    this.#commands = commands;
    this.#triggers = new Window(unit.triggerLimit);
    this.#starts = new Window(unit.head.startLimit);
    this.#ports = new Ports(home.world, {
      ready: (port, what) => this.#ready(port, what),
      warn: (problem) => this.#say('warning', problem),
    });
    const reception: Reception = {
      home,
      ports: this.#ports,
      runner: this,
      triggers: this.#triggers,
      fail: (result) => this.#apply({ name: 'fail', result }),
    };
    this.#callers = new Callers(reception);
    this.#trigger = new Trigger({ ...reception, became: (name) => this.#apply({ name }) });
    this.#deadline = new Deadline(home.world.clock, () => {
      this.#say('state-timeout', this.sub, 'Terminating');
      this.#apply({ name: 'timeout' });
    });
  }

  get name(): string {
    return this.#unit.head.name;
  }

  get unit(): SocketUnit {
    return this.#unit;
  }

  get active(): ActiveState {
    return SUBS[this.#state.sub];
  }

  get sub(): string {
    return this.#state.sub;
  }

  get result(): Result {
    return this.#state.result;
  }

  get descriptors(): readonly NamedFd[] {
    const { fdName } = this.#unit;
    return this.active === 'active' ? this.#ports.list.map(({ fd }) => ({ fd, name: fdName })) : [];
  }

  get counters(): SocketCounters {
    const { accepted, connections, refused } = this.#callers;
    return { accepted, connections, refused, triggered: this.#trigger.count };
  }

  /** Without a service nobody could be served, and one that runs without these sockets would not get them. */
  refusal(): string | null {
    const { accept, service } = this.#unit;
    if (accept) return null;
    const runner = this.#home.find(service);
    if (runner === null) return `Socket service ${service} not loaded, refusing.`;
    return runner.active === 'active' || runner.active === 'reloading'
      ? `Socket service ${service} already active, refusing.`
      : null;
  }

  start(): void {
    if (this.#starts.admit(this.#home.world.clock.now())) {
      // A new life begins: what came before it was the last one's.
      if (this.active === 'inactive' || this.active === 'failed') this.#triggers.reset();
      this.#apply({ name: 'start' });
      return;
    }
    this.#say('too-quickly');
    this.#apply({ name: 'too-often' });
  }

  stop(): void {
    this.#apply({ name: 'stop' });
  }

  /** Instead of a restart while the service has the descriptors: a close would lose the address. */
  refresh(): void {
    this.#ports.change(this.#unit);
  }

  retry(settled: boolean): void {
    if (this.sub !== 'deferred') return;
    this.#trigger.startService();
    if (this.sub !== 'deferred' || !settled || this.#unit.deferTrigger !== 'yes') return;
    this.#say('problem', 'No job is left, and units that conflict with the service run on.');
    this.#apply({ name: 'fail', result: 'resources' });
  }

  resetFailed(): void {
    this.#starts.reset();
    this.#apply({ name: 'reset-failed' });
  }

  replace(unit: Unit): void {
    if (unit.kind !== 'socket') return;
    const wasAccept = this.#unit.accept;
    this.#unit = unit;
    this.#triggers.change(unit.triggerLimit);
    this.#starts.change(unit.head.startLimit);
    this.#callers.change(unit);
    if (this.active === 'active') this.#ports.change(unit);
    // What runs was begun in the other way; the next caller is served in this one.
    if (wasAccept !== unit.accept) this.#apply({ name: 'free' });
  }

  serviceChanged(service: UnitRunner): void {
    if (this.#unit.accept || this.active !== 'active') return;
    // What a job is about to change is looked at when it is done.
    if (this.#home.hasJob(service.name)) return;
    if (service.active === 'failed' && service.result === 'start-limit-hit') {
      this.#apply({ name: 'fail', result: 'service-start-limit-hit' });
    } else if (service.active === 'active' || service.active === 'reloading') this.#apply({ name: 'busy' });
    else if (isIdle(service)) this.#apply({ name: 'free' });
  }

  connectionEnded(instance: string): void {
    this.#callers.ended(instance);
  }

  #apply(event: SocketEvent): void {
    const was = this.#state;
    const { state, actions } = step(was, event, commandsOf(this.#unit));
    this.#state = state;
    if (state.sub !== was.sub) this.#home.changed(this, SUBS[was.sub]);
    for (const action of actions) this.#perform(action);
  }

  #perform(action: Action): void {
    switch (action.do) {
      case 'run':
        this.#run(this.#unit.commands[action.command][action.at], action.command !== 'startPre');
        break;
      case 'kill':
        this.#running?.kill(action.signal);
        break;
      case 'open':
        this.#open();
        break;
      case 'close':
        this.#ports.close();
        break;
      case 'flush':
        if (this.#unit.flushPending) flush(this.#ports.list, this.#home.world.accepted);
        break;
      case 'watch':
        this.#watch();
        break;
      case 'unwatch':
        this.#ports.unwatch();
        break;
      case 'timer':
        this.#deadline.set(this.#unit.timeoutMs);
        break;
      case 'defer-timer':
        this.#deadline.set(this.#unit.deferTriggerMaxMs);
        break;
      case 'stop-timer':
        this.#deadline.stop();
        break;
      case 'say':
        this.#tell(action.what);
        break;
    }
  }

  #run(command: SocketUnit['commands']['startPre'][number] | undefined, late: boolean): void {
    if (command === undefined) return;
    const descriptors =
      late && this.#unit.passFdsToExec
        ? this.#ports.list.map(({ fd }) => ({ fd, name: this.#unit.fdName }))
        : [];
    this.#running = this.#commands.run({ unit: this.#unit, command, descriptors }, (result) => {
      this.#running = null;
      this.#apply({ name: 'ended', result: command.ignoreFailure ? 'success' : result });
    });
  }

  #open(): void {
    const problem = this.#ports.open(this.#unit);
    if (problem !== null) this.#say('problem', problem.problem);
    this.#apply(problem === null ? { name: 'opened' } : { name: 'fail', result: problem.result });
  }

  #watch(): void {
    try {
      // A service that had them made them wait.
      if (this.#unit.accept) for (const { fd } of this.#ports.list) setBlocking(fd, false);
      this.#ports.watch();
    } catch (error) {
      this.#say('problem', `Failed to watch listening fds: ${(error as Error).message}`);
      this.#apply({ name: 'fail', result: 'resources' });
    }
  }

  /** Somebody calls. */
  #ready(port: Port, what: 'readable' | 'hangup'): void {
    if (what === 'hangup') {
      this.#say('pollhup');
      this.#apply({ name: 'fail', result: 'resources' });
    } else if (this.#unit.accept) this.#callers.accept(port);
    else this.#trigger.pull(port);
  }

  #tell(what: 'listening' | 'closed' | 'failed'): void {
    if (what !== 'listening') removePorts(this.#unit);
    if (what === 'failed') this.#say('failed', this.result);
    this.#say(what === 'listening' ? 'listening' : 'closed');
  }

  #say(saying: Parameters<typeof say>[2], ...args: readonly (string | number)[]): void {
    say(this.#home.world.emit, this.#unit.head, saying, ...args);
  }
}

function commandsOf({ commands }: SocketUnit): Commands {
  const counts = SOCKET_COMMANDS.map((command) => [command, commands[command].length]);
  return Object.fromEntries(counts) as Commands;
}

/** It has no process: also while it waits for its next life. */
function isIdle({ active, sub }: UnitRunner): boolean {
  return active === 'inactive' || active === 'failed' || sub.startsWith('auto-restart');
}
