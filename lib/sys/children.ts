/** The daemon's children: the only place that starts, kills and reaps processes. */

import { Attempts } from './attempts.ts';
import type { Clock } from './clock.ts';
import { constant } from './constants.ts';
import type { Poller, Watch } from './epoll.ts';
import { check, errnoName } from './errno.ts';
import { type NativePlan, native } from './native.ts';
import { processOf } from './processes.ts';
import type { Fd } from './socket.ts';
import { type Exit, waitAny } from './wait.ts';
import { Zombies } from './zombies.ts';

/** How a start ended. `step` counts the plan's operations; below 0 stand the steps before them. */
export interface StartReport {
  /** 0 when there was never a process. */
  readonly pid: number;
  readonly step: number;
  /** Null: the program runs. ECANCELED: a signal ended the child on its way. ETIMEDOUT: it hung and was killed. */
  readonly errno: string | null;
  readonly timedOut: boolean;
}

/** What the start of one child fills into its plan. */
export interface StartRequest {
  readonly fds: readonly Fd[];
  readonly strings: readonly string[];
  /** The descriptors belong to the start: they are closed here when the child has reached its program or failed. */
  readonly closeAfter: boolean;
}

/** `started` is called once for each start, and before `exited`; `exited` only when the program ran. */
export interface ChildHandlers {
  started(report: StartReport): void;
  exited(exit: Exit): void;
}

export interface ChildrenOptions {
  readonly poller: Poller;
  readonly clock: Clock;
  /** How long a child may take from clone to exec before it is killed, ms. */
  readonly spawnTimeoutMs?: number;
  /** A process ended that nobody here started: as PID 1 and as a subreaper we inherit those. */
  readonly onOrphan?: (exit: Exit) => void;
}

interface Start {
  readonly id: number;
  /** Starts are numbered in their order. */
  readonly serial: number;
  readonly handlers: ChildHandlers;
  /** When a patrol first saw it between clone and exec; null while it was not. */
  seenAt: number | null;
  /** Another thread was added for the one that it holds. */
  relieved: boolean;
  /** Reported already, because it hung. */
  timedOut: boolean;
}

/** How often starts under way are looked at: no start needs a timer of its own. */
const patrolMs = 100;
const reportWords = 4;

/** Starts children and says what becomes of them. There is one in a process: it takes every exit there is. */
export class Children {
  readonly #options: ChildrenOptions;
  readonly #timeoutMs: number;
  readonly #watch: Watch;
  readonly #exits: Watch;
  readonly #attempts = new Attempts();
  /** In the order of their start. */
  readonly #starting = new Map<number, Start>();
  readonly #running = new Map<number, Pick<ChildHandlers, 'exited'>>();
  readonly #zombies = new Zombies();
  readonly #reports = new Int32Array(64 * reportWords);
  readonly #progress = new Int32Array(2);
  #idle: (() => void)[] = [];
  #serial = 0;
  #patrolling = false;
  #closed = false;

  constructor(options: ChildrenOptions) {
    this.#options = options;
    this.#timeoutMs = options.spawnTimeoutMs ?? 10_000;
    const fd = check(native.spawnEventFd(), 'eventfd', 'spawner');
    this.#watch = options.poller.watch(fd, 'in', () => this.#takeReports());
    const exits = check(native.exitsOpen(), 'eventfd', 'exits');
    this.#exits = options.poller.watch(exits, 'in', () => this.#reapAll());
    native.exitsArm(1);
  }

  /** Children whose program runs. */
  get running(): number {
    return this.#running.size;
  }

  /** Starts that have not been reported yet. */
  get starting(): number {
    return this.#starting.size;
  }

  /**
   * Starts a child. A SystemError (EAGAIN: no thread, ENOMEM, EINVAL) means that nothing was begun and the descriptors are
   * still the caller's.
   */
  start(plan: NativePlan, request: StartRequest, handlers: ChildHandlers): void {
    const result = native.spawn(plan, request.fds, request.strings, request.closeAfter ? 1 : 0);
    const id = check(result, 'spawn', `${request.fds.length} descriptors`);
    this.#serial += 1;
    this.#starting.set(id, {
      id,
      serial: this.#serial,
      handlers,
      seenAt: null,
      relieved: false,
      timedOut: false,
    });
    this.#patrolLater();
  }

  /**
   * Takes in a process that we inherited, such as the daemon of a service that forks: its exit is told here instead of as an
   * orphan's, and it can be signalled. False when it is no child of ours, or ended already (then it was told, or will be).
   */
  adopt(pid: number, handlers: Pick<ChildHandlers, 'exited'>): boolean {
    if (this.#running.has(pid) || processOf(pid)?.parent !== process.pid) return false;
    this.#running.set(pid, handlers);
    return true;
  }

  /** Signals a running child; false when there is no such child (any more). Never reaches a process that is not ours. */
  kill(pid: number, signal: number): boolean {
    return this.#running.has(pid) && native.kill(pid, signal) === 0;
  }

  /** Signals the process group that a running child leads; false when there is none. */
  killGroup(pid: number, signal: number): boolean {
    return this.#running.has(pid) && native.kill(-pid, signal) === 0;
  }

  /** Signals the group of every running child. */
  killGroups(signal: number): void {
    for (const pid of this.#running.keys()) native.kill(-pid, signal);
  }

  /** Calls back once when no child runs: now, or after the last exit. */
  whenIdle(call: () => void): void {
    this.#idle.push(call);
    this.#tellIdle();
  }

  /** Stops listening to children; they live on, and nothing is reported any more. */
  close(): void {
    this.#closed = true;
    this.#exits.stop();
    this.#watch.stop();
  }

  #takeReports(): void {
    for (;;) {
      const count = check(native.spawnReports(this.#reports), 'spawn', 'reports');
      for (let at = 0; at < count * reportWords; at += reportWords) {
        const word = (index: number) => this.#reports[at + index] ?? 0;
        this.#reported(word(0), word(1), word(2), word(3));
      }
      if (count * reportWords < this.#reports.length) break;
    }
    native.exitsArm(0);
    this.#tellOrphans();
    this.#attempts.finish();
  }

  #reported(id: number, pid: number, step: number, errno: number): void {
    const start = this.#starting.get(id);
    if (!start) return;
    this.#starting.delete(id);
    const failed = errno !== 0 || start.timedOut;
    const exit = pid === 0 ? null : this.#zombies.take(pid, start.serial);
    if (failed && pid !== 0 && !exit) this.#zombies.expect(pid);
    if (!failed && !exit) this.#running.set(pid, start.handlers);
    if (start.timedOut) {
      // Given up, and then its program ran after all.
      if (errno === 0 && !exit) native.kill(pid, constant('SIGKILL'));
      return;
    }
    const report = { pid, step, errno: errno === 0 ? null : errnoName(errno), timedOut: false };
    this.#attempts.run(() => start.handlers.started(report));
    if (!failed && exit) this.#attempts.run(() => start.handlers.exited(exit));
  }

  #reapAll(): void {
    for (let exit = waitAny(); exit; exit = waitAny()) this.#exited(exit);
    native.exitsArm(1);
    this.#tellOrphans();
    this.#tellIdle();
    this.#attempts.finish();
  }

  #exited(exit: Exit): void {
    const handlers = this.#running.get(exit.pid);
    if (!handlers) {
      this.#zombies.keep(exit, this.#serial);
      return;
    }
    this.#running.delete(exit.pid);
    this.#attempts.run(() => handlers.exited(exit));
  }

  #tellIdle(): void {
    if (this.#running.size > 0 || this.#starting.size > 0) return;
    for (const call of this.#idle.splice(0)) this.#attempts.run(call);
  }

  /** Exits that nobody waited for when every start that could have been theirs had reported. */
  #tellOrphans(): void {
    const [oldest] = this.#starting.values();
    for (const exit of this.#zombies.orphans(oldest ? oldest.serial : Number.POSITIVE_INFINITY)) {
      this.#attempts.run(() => this.#options.onOrphan?.(exit));
    }
  }

  #patrolLater(): void {
    if (this.#patrolling) return;
    this.#patrolling = true;
    this.#options.clock.after(patrolMs, () => this.#patrol());
  }

  /** Looks at the starts that a thread is busy with: those are the first ones. */
  #patrol(): void {
    this.#patrolling = false;
    if (this.#closed || this.#starting.size === 0) return;
    const now = this.#options.clock.now();
    for (const start of this.#starting.values()) {
      const result = native.spawnProgress(start.id, this.#progress);
      if (result === -constant('EAGAIN')) break; // from here on they are queued
      if (result === 0) this.#inspect(start, now);
    }
    this.#patrolLater();
    this.#attempts.finish();
  }

  #inspect(start: Start, now: number): void {
    if (start.timedOut) return;
    if (start.seenAt === null) {
      start.seenAt = now;
      return;
    }
    // Seen twice: it holds its thread, so another one serves the queue meanwhile. Without one the queue waits.
    if (!start.relieved) start.relieved = native.spawnerAdd() > 0;
    if (now - start.seenAt >= this.#timeoutMs) this.#timeOut(start);
  }

  #timeOut(start: Start): void {
    const [pid = 0, step = 0] = this.#progress;
    // Unreaped, so the number is still its own. A child that no signal reaches is reported all the same.
    if (pid !== 0 && !this.#zombies.has(pid)) native.kill(pid, constant('SIGKILL'));
    start.timedOut = true;
    const report = { pid, step, errno: 'ETIMEDOUT', timedOut: true };
    this.#attempts.run(() => start.handlers.started(report));
  }
}
