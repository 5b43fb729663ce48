/** Which processes belong to a service, where no control group counts them. */

import { readFileSync } from 'node:fs';
import { allProcesses, familyOf, type Process, processOf, wasStartedWith } from '../../sys/processes.ts';

/**
 * Descendants of what was started for the service, also when their own parents are gone: those are ours then
 * (PR_SET_CHILD_SUBREAPER), and are known by their session or by the INVOCATION_ID= that they were started with.
 */
export class ServiceProcesses {
  #entry = '';
  /** All that were started in this life: each led its session. */
  readonly #leaders = new Set<number>();
  readonly #running = new Set<number>();

  /** A life begins. What an earlier one left behind is still told by its session. */
  begin(invocation: string): void {
    this.#entry = `INVOCATION_ID=${invocation}`;
  }

  started(pid: number): void {
    this.#leaders.add(pid);
    this.#running.add(pid);
  }

  ended(pid: number): void {
    this.#running.delete(pid);
  }

  /** A life is over and left nothing behind: its numbers may be used by others from now on. */
  forget(): void {
    this.#leaders.clear();
  }

  /**
   * All that are alive, parents before their children. With none of those that were started left, it asks the kernel for our
   * own orphans only: one small file, however many processes the machine has.
   */
  alive(): readonly Process[] {
    const orphans = this.#running.size === 0 ? orphansOfOurs() : null;
    if (orphans !== null && !orphans.some((one) => this.#isLeft(one))) return [];
    const all = allProcesses();
    const left = all.filter((one) => this.#isLeft(one)).map(({ pid }) => pid);
    return familyOf(all, [...this.#running, ...left]).filter(({ state }) => state !== 'Z');
  }

  /** Whether a process is one of them, told by whom it descends from. Who does not descend from us costs next to nothing. */
  has(lineage: readonly Process[]): boolean {
    const [first] = lineage;
    if (first === undefined) return false;
    if (this.#running.has(first.pid)) return true;
    return (
      first.state !== 'Z' &&
      lineage.some((one) => this.#running.has(one.pid) || (one.parent === process.pid && this.#isLeft(one)))
    );
  }

  /** Left to us, or to process 1 where that is not us. */
  #isLeft({ parent, pid, session, state }: Process): boolean {
    if ((parent !== process.pid && parent !== 1) || state === 'Z') return false;
    if (this.#leaders.has(session) && pid !== session) return true;
    return wasStartedWith(pid, this.#entry);
  }
}

/** Processes that we inherited: children of our first thread, which starts none itself. Null: the kernel does not tell. */
function orphansOfOurs(): readonly Process[] | null {
  try {
    const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').trim();
    return pids === '' ? [] : pids.split(' ').flatMap((pid) => processOf(Number(pid)) ?? []);
  } catch {
    return null;
  }
}
