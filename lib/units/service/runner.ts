/** One service unit at run time: carries out what its state machine says. */

import type { Exit } from '../../exec/launch.ts';
import type { ServiceUnit } from '../../model/service-unit.ts';
import type { Unit } from '../../model/socket-unit.ts';
import type { Process } from '../../sys/processes.ts';
import { close, type Fd } from '../../sys/socket.ts';
import { Deadline } from '../deadline.ts';
import { say } from '../messages.ts';
import type { ActiveState, Home, InstanceConnection, NamedFd, ServiceRunner } from '../types.ts';
import { Belongings } from './belongings.ts';
import type { StartFacts } from './commands.ts';
import { Course } from './course.ts';
import { IdleGuard } from './idle-guard.ts';
import {
  type Action,
  type CommandRef,
  type KillOperation,
  type Life,
  type Message,
  type ServiceEvent,
  SUBS,
  type Sub,
} from './life.ts';
import { MainSearch } from './main-search.ts';
import { Members } from './members.ts';
import { maySpeak, type Notification } from './notify.ts';
import { whyNoReload } from './reloading.ts';
import { sayMessage } from './sayings.ts';
import type { Sender, ServiceTools } from './tools.ts';
import { Watchdog } from './watchdog.ts';

/** Owns the processes of a service, what it stored, and the connection of an instance. Outlives its definition. */
export class ServiceUnitRunner implements ServiceRunner {
  readonly #home: Home;
  readonly #tools: ServiceTools;
  readonly #members: Members;
  readonly #belongings = new Belongings();
  readonly #deadline: Deadline;
  readonly #watchdog: Watchdog;
  readonly #search: MainSearch;
  readonly #idle: IdleGuard;
  readonly #course: Course;
  #unit: ServiceUnit;
  /** The state that others know of. */
  #told: Sub = 'dead';
  #invocation = '';
  #status: string | null = null;

  constructor(unit: ServiceUnit, home: Home, tools: ServiceTools) {
    const { children, clock } = home.world;
    this.#unit = unit;
    this.#home = home;
    this.#tools = tools;
    this.#members = new Members({
      children,
      starter: tools.starter,
      tell: (event) => this.#apply(event),
      warn: (problem) => this.#say('warning', problem),
    });
    this.#deadline = new Deadline(clock, () => this.#apply({ name: 'timeout' }));
    this.#watchdog = new Watchdog(clock, () => this.#apply({ name: 'watchdog' }));
    this.#search = new MainSearch({
      clock,
      members: this.#members,
      unit: () => this.#unit,
      life: () => this.life,
      tell: (event) => this.#apply(event),
      warn: (problem) => this.#say('warning', problem),
    });
    this.#idle = new IdleGuard(clock, {
      sample: () => tools.useOf(this.#sockets()),
      stop: () => this.#apply({ name: 'idle' }),
    });
    this.#course = new Course({
      unit: () => this.#unit,
      overtaken: (event) => event.name === 'exited' && event.role === 'main' && this.#search.movedOn(),
      begins: () => this.#begin(),
      perform: (action) => this.#do(action),
      settled: () => this.#search.settle(),
    });
  }

  get name(): string {
    return this.#unit.head.name;
  }

  get unit(): ServiceUnit {
    return this.#unit;
  }

  get active(): ActiveState {
    return SUBS[this.life.sub];
  }

  get sub(): Sub {
    return this.life.sub;
  }

  get result(): string {
    return this.life.result;
  }

  get mainPid(): number | null {
    return this.#members.pidOf('main');
  }

  /** Everything about where it stands. */
  get life(): Life {
    return this.#course.life;
  }

  /** It ends because nobody uses it: whoever comes now is to be served by its next life. */
  get idleStop(): boolean {
    return this.life.idleStop;
  }

  /** STATUS=, one line. */
  get status(): string | null {
    return this.#status;
  }

  /** How many descriptors it has stored. */
  get stored(): number {
    return this.#belongings.stored.length;
  }

  /** How long it has been idle, ms; null: it is in use, or nobody looks. */
  get idleMs(): number | null {
    return this.#idle.idleMs;
  }

  adopt(connection: InstanceConnection): void {
    this.#belongings.adopt(connection);
  }

  start(): void {
    this.#apply({ name: 'start', now: this.#home.world.clock.now() });
  }

  stop(): void {
    this.#apply({ name: 'stop' });
    if (this.active === 'inactive' || this.active === 'failed') this.#belongings.hangUp(this.name);
  }

  reload(): string | null {
    const problem = whyNoReload(this.#unit, this.active);
    if (problem === null) this.#apply({ name: 'reload', nowUs: this.#tools.monotonicUs() });
    return problem;
  }

  resetFailed(): void {
    this.#apply({ name: 'reset-failed' });
  }

  replace(unit: Unit): void {
    if (unit.kind === 'service') this.#unit = unit;
  }

  /** Whether a process is one of its own; who asks many services finds out only once whom it descends from. */
  owns(pid: number, lineage?: readonly Process[]): boolean {
    return this.#members.has(pid, lineage);
  }

  /** An orphan ended that nobody had adopted; true: it was this service's. */
  orphaned(exit: Exit): boolean {
    const mine = this.#members.orphaned(exit);
    this.#search.hurry();
    return mine;
  }

  /** A process of the service says something. The descriptors are its own from now on. */
  notified(message: Notification, { pid, uid }: Sender, fds: readonly Fd[]): void {
    const main = this.mainPid;
    const control = this.#members.pidOf('control');
    if (!maySpeak(this.#unit.notifyAccess, pid, { main, control })) {
      for (const fd of fds) close(fd);
      return;
    }
    if (message.mainPid !== null && message.mainPid !== main) this.#search.name(message.mainPid, uid);
    if (message.status !== null) this.#status = message.status === '' ? null : message.status;
    if (message.use !== null) this.#idle.says(message.use);
    if (message.extendMs !== null) this.#deadline.extend(message.extendMs);
    this.#apply({ name: 'said', said: message.said });
    if (message.restartReset) this.#apply({ name: 'forget-restarts' });
    if (message.watchdogMs !== null) this.#watchdog.limit(message.watchdogMs);
    if (message.watchdog === 'trigger') this.#apply({ name: 'watchdog' });
    else if (message.watchdog === 'feed' || message.watchdogMs !== null) this.#watchdog.feed(this.life.sub);
    this.#belongings.take(message, fds, this.#unit.fdStoreMax);
  }

  #apply(event: ServiceEvent): void {
    this.#course.apply(event);
  }

  #begin(): void {
    this.#invocation = this.#tools.invocation();
    this.#members.begin(this.#invocation);
    this.#status = null;
    this.#watchdog.limit(this.#unit.watchdogMs);
  }

  #do(action: Action): void {
    switch (action.do) {
      case 'enter':
        this.#enter(action.sub);
        break;
      case 'run':
        this.#members.run(action.role, this.#unit, action.command, this.#facts(action.command));
        break;
      case 'timer':
        this.#deadline.set(action.afterMs + Math.random() * (action.spreadMs ?? 0));
        break;
      case 'kill':
        this.#kill(action.operation, action.timeoutMs);
        break;
      case 'kill-strays':
        this.#members.killStrays();
        break;
      case 'kill-control':
        this.#members.killControl();
        break;
      case 'signal-main':
        this.#members.signalMain(action.signal);
        break;
      case 'find-main':
        this.#search.find(action.wait);
        break;
      case 'watchdog':
        this.#watchdog.feed(this.life.sub);
        break;
      case 'queue-restart':
        this.#queueRestart();
        break;
      case 'say':
        this.#sayMessage(action.message);
        break;
      case 'release':
        this.#release(action.restarts);
        break;
    }
  }

  #kill(operation: KillOperation, timeoutMs: number): void {
    const restarting = this.#home.hasJob(this.name, 'start');
    const anybody = this.#members.kill(this.#unit.exec, operation, restarting);
    if (anybody) this.#deadline.set(timeoutMs);
    else this.#apply({ name: 'unkilled' });
  }

  #queueRestart(): void {
    const problem = this.#home.request('start', this.name, 'replace');
    if (problem === null) return;
    this.#say('warning', `Failed to schedule restart job: ${problem}`);
    this.#apply({ name: 'restart-refused' });
  }

  #sayMessage(message: Message): void {
    const { connections, emit } = this.#home.world;
    // Of an instance whose start is not told either.
    if (message.kind === 'deactivated' && this.#belongings.connection !== null && !connections) return;
    sayMessage(message, {
      ...this.#unit,
      emit,
      exitName: this.#tools.exitName,
      restarts: this.life.restarts,
      watchdogMs: this.#watchdog.limitMs,
    });
  }

  #enter(sub: Sub): void {
    this.#watchdog.entered(sub);
    if (sub === 'running' && this.#unit.idleMs !== null) this.#idle.begin(this.#unit.idleMs);
    else if (sub !== 'running') this.#idle.end();
    this.#tell(sub);
  }

  /** Others hear of every change but those among the steps of an end. */
  #tell(sub: Sub): void {
    const was = SUBS[this.#told];
    const now = SUBS[sub];
    const silent = was === 'deactivating' && now === 'deactivating';
    this.#told = sub;
    if (!silent) this.#home.changed(this, was);
  }

  #facts({ kind }: CommandRef): StartFacts {
    const { mainExit, result } = this.life;
    const { connection, stored } = this.#belongings;
    return {
      invocation: this.#invocation,
      mainPid: this.mainPid,
      outcome: kind === 'stop' || kind === 'stopPost' ? { result, exit: mainExit } : null,
      watchdogMs: this.#watchdog.limitMs,
      connection,
      sockets: connection === null ? this.#sockets() : [],
      stored,
    };
  }

  #sockets(): readonly NamedFd[] {
    return this.#home.socketsOf(this.name).flatMap(({ descriptors }) => descriptors);
  }

  /** A life is over. */
  #release(restarts: boolean): void {
    const { exec } = this.#unit;
    this.#deadline.stop();
    this.#search.forget();
    const left = exec.killMode === 'control-group' ? [] : this.#members.others();
    for (const { name, pid } of left) this.#say('remains', pid, name);
    if (left.length === 0) this.#members.forget();
    const again = restarts || this.#home.hasJob(this.name, 'start');
    this.#tools.starter.released?.(this.#unit, again);
    this.#belongings.release(this.#unit, { again, restarts });
  }

  #say(saying: Parameters<typeof say>[2], ...args: readonly (string | number)[]): void {
    say(this.#home.world.emit, this.#unit.head, saying, ...args);
  }
}
