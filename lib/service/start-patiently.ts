/** Starting a child where a want of processes is waited out for a while (xinetd.conf(5), NORETRY). */

import type { Exit, Launcher, Start, StartFailure, StartHandlers } from '../exec/launch.ts';
import { close } from '../sys/socket.ts';
import type { Servers } from './servers.ts';
import type { World } from './serving.ts';

/** How long a start that found no process waits for another try, ms. */
const INTERVAL_MS = 5000;

/** What there is to be had later. */
const WANTS: ReadonlySet<string> = new Set(['EAGAIN', 'ENOMEM']);

/** A start and how often it is tried again. */
export interface PatientStart {
  readonly launcher: Launcher;
  readonly start: Start;
  readonly retries: number;
  /** Those of the service: when they are to end, nobody waits any more. */
  readonly servers: Pick<Servers, 'waits'> | null;
}

/** Starts it, or tries again later. The handlers hear of the last attempt only; the start queue is held by each one. */
export function startPatiently(
  patient: PatientStart,
  handlers: StartHandlers,
  world: Pick<World, 'clock' | 'starts' | 'patience'>,
): void {
  new Attempt(patient, handlers, world).begin();
}

class Attempt implements StartHandlers {
  readonly #patient: PatientStart;
  readonly #handlers: StartHandlers;
  readonly #world: Pick<World, 'clock' | 'starts' | 'patience'>;
  #left: number;

  constructor(
    patient: PatientStart,
    handlers: StartHandlers,
    world: Pick<World, 'clock' | 'starts' | 'patience'>,
  ) {
    this.#patient = patient;
    this.#handlers = handlers;
    this.#world = world;
    this.#left = patient.retries;
  }

  begin(): void {
    const { launcher, start } = this.#patient;
    this.#world.starts.begin();
    // The connection must outlive an attempt that fails.
    launcher.start({ ...start, closeAfter: false }, this);
  }

  started(pid: number): void {
    this.#close();
    this.#handlers.started(pid);
  }

  failed(failure: StartFailure): void {
    const { clock, patience, starts } = this.#world;
    const isWant = failure.step === 'clone' && WANTS.has(failure.code);
    if (!isWant || this.#left === 0 || patience.room <= 0) {
      this.#close();
      this.#handlers.failed(failure);
      return;
    }
    this.#left -= 1;
    starts.end();
    patience.begin();
    const waited = () => {
      cancel();
      forget?.();
      patience.end();
    };
    const cancel = clock.after(INTERVAL_MS, () => {
      waited();
      this.begin();
    });
    const forget = this.#patient.servers?.waits(() => {
      waited();
      // Whoever hears of a failure lets go of the queue.
      starts.begin();
      this.#close();
      this.#handlers.failed(failure);
    });
  }

  exited(exit: Exit): void {
    this.#handlers.exited(exit);
  }

  #close(): void {
    for (const fd of this.#patient.start.fds) close(fd);
  }
}
