/** Finds out which process of a service is its main one, and looks after those of whose end nobody tells us. */

import type { ServiceUnit } from '../../model/service-unit.ts';
import type { Clock } from '../../sys/clock.ts';
import { Backoff } from './backoff.ts';
import type { Life, ServiceEvent, Sub } from './life.ts';
import { canBeMain, findMain, successorOf } from './main-pid.ts';
import type { Members } from './members.ts';
import { WATCHED } from './state.ts';

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

export interface MainSearchOptions {
  readonly clock: Clock;
  readonly members: Members;
  /** The service as it is now. */
  readonly unit: () => ServiceUnit;
  readonly life: () => Life;
  readonly tell: (event: ServiceEvent) => void;
  /** A line for people. */
  readonly warn: (problem: string) => void;
}

/** Looks now and then, as long as there is anything to be found out by looking. */
export class MainSearch {
  readonly #options: MainSearchOptions;
  readonly #backoff: Backoff;
  /** A PID file is awaited. */
  #wantsFile = false;

  constructor(options: MainSearchOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock, () => this.#look());
  }

  /** Where no process is known by name, somebody has to look whether any is left. */
  settle(): void {
    const { control, main, sub } = this.#options.life();
    const nobody = main === null && control === null && AWAITS_END.has(sub);
    if (nobody || this.#options.members.alien) this.#backoff.begin();
    else this.#backoff.end();
  }

  /** An orphan ended: what is looked for may be found out now. */
  hurry(): void {
    if (this.#backoff.running) this.#backoff.now();
  }

  /** A forking service has left its main process behind. `wait`: perhaps its PID file is still to come. */
  find(wait: boolean): void {
    this.#wantsFile = wait;
    this.#find();
  }

  /** A forking service may put another process in its place, and say so in its file before it ends. */
  movedOn(): boolean {
    const { main } = this.#options.life();
    const next = main === null ? null : successorOf(this.#options.unit(), main.pid, this.#isOurs);
    if (next === null) return false;
    this.#set(next);
    return true;
  }

  /** MAINPID=: one of its own, unless root says so. */
  name(pid: number, uid: number): void {
    if (!NAMEABLE.has(this.#options.life().sub)) return;
    if (canBeMain(pid, this.#isOurs, { byRoot: uid === 0 })) this.#set(pid);
    else this.#options.warn(`New main PID ${pid} does not belong to service, refusing.`);
  }

  /** A life is over. */
  forget(): void {
    this.#wantsFile = false;
  }

  #look(): void {
    const { members, tell } = this.#options;
    members.checkMain();
    const { control, main } = this.#options.life();
    if (main !== null || control !== null) return;
    if (this.#wantsFile) this.#find();
    if (members.others().length === 0) tell({ name: 'emptied' });
  }

  #find(): void {
    const others = this.#options.members.others();
    const pid = findMain(this.#options.unit(), others, this.#isOurs);
    if (pid === null) this.#options.tell({ name: 'main-missing', empty: others.length === 0 });
    else this.#set(pid);
  }

  #set(pid: number): void {
    this.#wantsFile = false;
    this.#options.members.setMain(pid);
    this.#options.tell({ name: 'main', pid });
  }

  readonly #isOurs = (pid: number): boolean => this.#options.members.has(pid);
}
