/** The processes of a service: those that are awaited, all others, and signals for them. */

import { constants } from 'node:os';
import type { Exit } from '../../exec/launch.ts';
import type { ExecSettings } from '../../model/exec-settings.ts';
import type { ServiceUnit } from '../../model/service-unit.ts';
import type { Children } from '../../sys/children.ts';
import { lineageOf, type Process, processOf, signalProcess } from '../../sys/processes.ts';
import type { ServiceStarter, StartFacts } from './commands.ts';
import { planKill } from './kill.ts';
import type { CommandRef, KillOperation, ProcessExit, Role, ServiceEvent } from './life.ts';
import { ServiceProcesses } from './processes.ts';

/** A process that is awaited. */
interface Member {
  /** Null: it is on its way. */
  pid: number | null;
  /** It is no child of ours, so that nobody tells us of its end. */
  alien: boolean;
  /** A signal that came too early: it gets it as soon as it is there. */
  late: readonly number[];
}

export interface MembersOptions {
  readonly children: Children;
  readonly starter: ServiceStarter;
  readonly tell: (event: ServiceEvent) => void;
  /** A process could not be started, a line for people. */
  readonly warn: (problem: string) => void;
}

const { SIGCONT, SIGKILL } = constants.signals;

/** Knows the main process, the command that runs beside it, and who else is there. */
export class Members {
  readonly #options: MembersOptions;
  readonly #processes = new ServiceProcesses();
  readonly #awaited: Record<Role, Member | null> = { main: null, control: null };
  /** Nobody was left when it was last looked: then nobody can come but by a start. */
  #gone = false;

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  /** The pid of an awaited process. */
  pidOf(role: Role): number | null {
    return this.#awaited[role]?.pid ?? null;
  }

  begin(invocation: string): void {
    this.#processes.begin(invocation);
  }

  forget(): void {
    this.#processes.forget();
  }

  /** Starts a command; what becomes of it is told. */
  run(role: Role, unit: ServiceUnit, command: CommandRef, facts: StartFacts): void {
    const member: Member = { pid: null, alien: false, late: [] };
    this.#awaited[role] = member;
    this.#gone = false;
    const mine = (): Role | null => this.#roleOf(member);
    this.#options.starter.start(unit, command, facts, {
      started: (pid) => {
        member.pid = pid;
        this.#processes.started(pid);
        for (const signal of member.late) this.#signal(pid, signal);
        const now = mine();
        if (now !== null) this.#options.tell({ name: 'started', role: now, pid });
      },
      failed: ({ exit, reason }) => {
        this.#options.warn(reason);
        const now = mine();
        if (now === null) return;
        this.#awaited[now] = null;
        this.#options.tell({ name: 'start-failed', role: now, exit });
      },
      exited: (exit) => {
        this.#processes.ended(exit.pid);
        this.#ended(member, exit);
      },
    });
  }

  /** Whether the main process has to be looked after. */
  get alien(): boolean {
    return this.#awaited.main?.alien ?? false;
  }

  /** Another process is the main one now; what was it before is one of the others. */
  setMain(pid: number): void {
    this.#awaited.main = { pid, alien: true, late: [] };
    this.#gone = false;
    this.checkMain();
  }

  /** An orphan ended that nobody had adopted. True: it was awaited here. */
  orphaned(exit: Exit): boolean {
    const role = this.#roleOfPid(exit.pid);
    const member = role && this.#awaited[role];
    if (!member) return false;
    this.#ended(member, exit);
    return true;
  }

  /** Adopts a main process that was somebody else's child as soon as it is ours, or finds that it is gone. */
  checkMain(): void {
    const { main } = this.#awaited;
    if (main === null || main.pid === null || !main.alien) return;
    main.alien = !this.#options.children.adopt(main.pid, { exited: (exit) => this.#ended(main, exit) });
    const found = main.alien ? processOf(main.pid) : null;
    // As our own zombie it is about to be told as an orphan.
    if (!main.alien || (found !== null && (found.state !== 'Z' || found.parent === process.pid))) return;
    this.#awaited.main = null;
    this.#options.tell({ name: 'exited', role: 'main', exit: { code: 'exited', status: 0 } });
  }

  /** Signals as a unit says; false: there is nobody to wait for. */
  kill(exec: ExecSettings, operation: KillOperation, restarting: boolean): boolean {
    const pids = { main: this.pidOf('main'), control: this.pidOf('control') };
    const everybody =
      exec.killMode === 'control-group' || (exec.killMode === 'mixed' && operation === 'kill');
    const others = everybody ? this.others() : [];
    const {
      followedBy,
      signal,
      pids: wanted,
    } = planKill(exec, operation, { ...pids, others: others.map(({ pid }) => pid) }, restarting);
    const signals = [signal, ...followedBy];
    const hits = wanted.filter((pid) => signals.map((one) => this.#signal(pid, one))[0]);
    const early =
      exec.killMode === 'none' ? [] : Object.values(this.#awaited).filter((one) => one?.pid === null);
    for (const one of early) if (one) one.late = signals;
    return hits.length + early.length > 0;
  }

  signalMain(signal: number): void {
    const pid = this.pidOf('main');
    if (pid === null) return;
    this.#signal(pid, signal);
    this.#signal(pid, SIGCONT);
  }

  /** Nobody waits for the command any more. */
  killControl(): void {
    const { control } = this.#awaited;
    if (control === null) return;
    if (control.pid === null) control.late = [SIGKILL];
    else this.#signal(control.pid, SIGKILL);
    this.#awaited.control = null;
  }

  /** What commands left behind that are done. */
  killStrays(): void {
    for (const { pid } of this.others()) this.#signal(pid, SIGKILL);
  }

  /** All processes but the awaited ones. */
  others(): readonly Process[] {
    if (this.#gone) return [];
    const named = [this.pidOf('main'), this.pidOf('control')];
    const others = this.#processes.alive().filter(({ pid }) => !named.includes(pid));
    this.#gone = others.length === 0 && this.#awaited.main === null && this.#awaited.control === null;
    return others;
  }

  has(pid: number, lineage = lineageOf(pid)): boolean {
    return this.#roleOfPid(pid) !== null || this.#processes.has(lineage);
  }

  #ended(member: Member, exit: Exit): void {
    const role = this.#roleOf(member);
    // It may have been the parent of the main one.
    if (role === null) {
      this.checkMain();
      return;
    }
    this.#awaited[role] = null;
    this.#options.tell({ name: 'exited', role, exit: exitOf(exit) });
  }

  #roleOf(member: Member): Role | null {
    if (this.#awaited.main === member) return 'main';
    return this.#awaited.control === member ? 'control' : null;
  }

  #roleOfPid(pid: number): Role | null {
    if (this.pidOf('main') === pid) return 'main';
    return this.pidOf('control') === pid ? 'control' : null;
  }

  /** Never reaches a process that has got the number since: our own children keep theirs until they are reaped. */
  #signal(pid: number, signal: number): boolean {
    if (this.#options.children.kill(pid, signal)) return true;
    const found = processOf(pid);
    try {
      return found !== null && found.state !== 'Z' && signalProcess(found, signal);
    } catch {
      return false; // EPERM: we are not root, and it is
    }
  }
}

function exitOf({ dumped, signal, status }: Exit): ProcessExit {
  if (signal === null) return { code: 'exited', status: status ?? 0 };
  return { code: dumped ? 'dumped' : 'killed', status: signal };
}
