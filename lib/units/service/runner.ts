/** One service unit at run time: carries out what its state machine says. */

import type { Exit } from '../../exec/launch.ts';
import type { ServiceUnit } from '../../model/service-unit.ts';
import type { Unit } from '../../model/socket-unit.ts';
import type { Process } from '../../sys/processes.ts';
import { close, type Fd } from '../../sys/socket.ts';
import { say } from '../messages.ts';
import type { ActiveState, Home, InstanceConnection, NamedFd, ServiceRunner } from '../types.ts';
import { Backoff } from './backoff.ts';
import { Belongings } from './belongings.ts';
import type { StartFacts } from './commands.ts';
import { Deadline } from './deadline.ts';
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
  UNBORN,
} from './life.ts';
import { canBeMain, findMain, successorOf } from './main-pid.ts';
import { Members } from './members.ts';
import { maySpeak, type Notification } from './notify.ts';
import { sayMessage } from './sayings.ts';
import { step, WATCHED } from './state.ts';
import type { Sender, ServiceTools } from './tools.ts';

/** States in which nothing but the last process's end is awaited, where no process is known by name. */
const AWAITS_END: ReadonlySet<Sub> = new Set<Sub>([
  'start',
  'start-post',
  'running',
  'stop-watchdog',
  'stop-sigterm',
  'stop-sigkill',
  'final-watchdog',
  'final-sigterm',
  'final-sigkill',
]);

/** States in which a service may say which of its processes is the main one. */
const NAMEABLE: ReadonlySet<Sub> = new Set<Sub>([...WATCHED, 'start', 'stop', 'stop-sigterm']);

/** Owns the processes of a service, what it stored, and the connection of an instance. Outlives its definition. */
export class ServiceUnitRunner implements ServiceRunner {
  readonly #home: Home;
  readonly #tools: ServiceTools;
  readonly #members: Members;
  readonly #belongings = new Belongings();
  readonly #deadline: Deadline;
  readonly #watchdog: Deadline;
  readonly #search: Backoff;
  readonly #idle: IdleGuard;
  readonly #queue: ServiceEvent[] = [];
  #unit: ServiceUnit;
  #life: Life = UNBORN;
  /** The state that others know of. */
  #told: Sub = 'dead';
  #busy = false;
  #invocation = '';
  #status: string | null = null;
  #watchdogMs: number | null = null;
  /** A PID file is awaited. */
  #wantsFile = false;

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
    this.#watchdog = new Deadline(clock, () => this.#apply({ name: 'watchdog' }));
    this.#search = new Backoff(clock, () => this.#look());
    this.#idle = new IdleGuard(clock, {
      sample: () => tools.useOf(this.#sockets()),
      stop: () => this.#apply({ name: 'idle' }),
    });
  }

  get name(): string {
    return this.#unit.head.name;
  }

  get unit(): ServiceUnit {
    return this.#unit;
  }

  get active(): ActiveState {
    return SUBS[this.#life.sub];
  }

  get sub(): Sub {
    return this.#life.sub;
  }

  get result(): string {
    return this.#life.result;
  }

  get mainPid(): number | null {
    return this.#members.pidOf('main');
  }

  /** Everything about where it stands. */
  get life(): Life {
    return this.#life;
  }

  /** It ends because nobody uses it: whoever comes now is to be served by its next life. */
  get idleStop(): boolean {
    return this.#life.idleStop;
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
    const { commands, type } = this.#unit;
    if (commands.reload.length === 0 && type !== 'notify-reload') {
      return `Job type reload is not applicable for unit ${this.name}.`;
    }
    if (this.active !== 'active') return `Unit ${this.name} cannot be reloaded because it is inactive.`;
    this.#apply({ name: 'reload', nowUs: this.#tools.monotonicUs() });
    return null;
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
    if (this.#search.running) this.#search.now();
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
    if (message.mainPid !== null && message.mainPid !== main) this.#nameMain(message.mainPid, uid);
    if (message.status !== null) this.#status = message.status === '' ? null : message.status;
    if (message.use !== null) this.#idle.says(message.use);
    if (message.extendMs !== null) this.#deadline.extend(message.extendMs);
    this.#apply({ name: 'said', said: message.said });
    if (message.restartReset) this.#apply({ name: 'forget-restarts' });
    if (message.watchdogMs !== null) this.#watchdogMs = message.watchdogMs;
    if (message.watchdog === 'trigger') this.#apply({ name: 'watchdog' });
    else if (message.watchdog === 'feed' || message.watchdogMs !== null) this.#feed();
    this.#belongings.take(message, fds, this.#unit.fdStoreMax);
  }

  #apply(event: ServiceEvent): void {
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#busy = false;
    }
    this.#settle();
  }

  #step(event: ServiceEvent): void {
    const was = this.#life.sub;
    if (event.name === 'exited' && event.role === 'main' && this.#movedOn()) return;
    const { actions, life } = step(this.#life, event, this.#unit);
    if (event.name === 'start' && SUBS[was] !== SUBS.start && life.sub !== was) this.#begin();
    // The actions tell the states on the way to this one, in their order.
    this.#life = { ...life, sub: was };
    for (const action of actions) this.#do(action);
    this.#life = life;
  }

  #begin(): void {
    this.#invocation = this.#tools.invocation();
    this.#members.begin(this.#invocation);
    this.#status = null;
    this.#watchdogMs = this.#unit.watchdogMs;
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
        this.#wantsFile = action.wait;
        this.#findMain();
        break;
      case 'watchdog':
        this.#feed();
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
    else this.#queue.push({ name: 'unkilled' });
  }

  #queueRestart(): void {
    const problem = this.#home.request('start', this.name, 'replace');
    if (problem === null) return;
    this.#say('warning', `Failed to schedule restart job: ${problem}`);
    this.#queue.push({ name: 'restart-refused' });
  }

  #sayMessage(message: Message): void {
    const { emit } = this.#home.world;
    const { head, idleMs } = this.#unit;
    const { exitName } = this.#tools;
    const { restarts } = this.#life;
    sayMessage(message, { emit, head, exitName, idleMs, restarts, watchdogMs: this.#watchdogMs });
  }

  #enter(sub: Sub): void {
    this.#life = { ...this.#life, sub };
    if (!WATCHED.has(sub)) this.#watchdog.stop();
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
    const { mainExit, result } = this.#life;
    const { connection, stored } = this.#belongings;
    return {
      invocation: this.#invocation,
      mainPid: this.mainPid,
      outcome: kind === 'stop' || kind === 'stopPost' ? { result, exit: mainExit } : null,
      watchdogMs: this.#watchdogMs,
      connection,
      sockets: connection === null ? this.#sockets() : [],
      stored,
    };
  }

  #sockets(): readonly NamedFd[] {
    return this.#home.socketsOf(this.name).flatMap(({ descriptors }) => descriptors);
  }

  /** From the start on it has to feed its watchdog, if it has one. */
  #feed(): void {
    const { sub } = this.#life;
    const limitMs = this.#watchdogMs ?? 0;
    if (limitMs > 0 && (sub === 'start' || WATCHED.has(sub))) this.#watchdog.set(limitMs);
  }

  /** Where no process is known by name, somebody has to look whether any is left. */
  #settle(): void {
    const { control, main, sub } = this.#life;
    const nobody = main === null && control === null && AWAITS_END.has(sub);
    if (nobody || this.#members.alien) this.#search.begin();
    else this.#search.end();
  }

  #look(): void {
    this.#members.checkMain();
    if (this.#life.main !== null || this.#life.control !== null) return;
    if (this.#wantsFile) this.#findMain();
    if (this.#members.others().length === 0) this.#apply({ name: 'emptied' });
  }

  #findMain(): void {
    const others = this.#members.others();
    const pid = findMain(this.#unit, others, (one) => this.owns(one));
    if (pid === null) this.#apply({ name: 'main-missing', empty: others.length === 0 });
    else this.#setMain(pid);
  }

  /** A forking service may put another process in its place, and say so in its file before it ends. */
  #movedOn(): boolean {
    const { main } = this.#life;
    const next = main === null ? null : successorOf(this.#unit, main.pid, (one) => this.owns(one));
    if (next === null) return false;
    this.#setMain(next);
    return true;
  }

  /** MAINPID=: one of its own, unless root says so. */
  #nameMain(pid: number, uid: number): void {
    if (!NAMEABLE.has(this.#life.sub)) return;
    if (canBeMain(pid, (one) => this.owns(one), { byRoot: uid === 0 })) this.#setMain(pid);
    else this.#say('warning', `New main PID ${pid} does not belong to service, refusing.`);
  }

  #setMain(pid: number): void {
    this.#wantsFile = false;
    this.#members.setMain(pid);
    this.#apply({ name: 'main', pid });
  }

  /** A life is over. */
  #release(restarts: boolean): void {
    const { exec } = this.#unit;
    this.#deadline.stop();
    this.#wantsFile = false;
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
