/** Looks now and then whether a running service is used, and stops it when nobody does. */

import type { Cancel, Clock } from '../../sys/clock.ts';
import { beginIdle, type IdleWatch, type Sample, sampleEveryMs, watchIdle } from './idle.ts';

export interface IdleGuardOptions {
  readonly sample: () => Omit<Sample, 'use'>;
  readonly stop: () => void;
}

/** Without X-IdleTimeoutSec= it is never begun and costs nothing. */
export class IdleGuard {
  readonly #clock: Clock;
  readonly #options: IdleGuardOptions;
  #watch: IdleWatch | null = null;
  #use: Sample['use'] = null;
  #cancel: Cancel | null = null;

  constructor(clock: Clock, options: IdleGuardOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** How long nobody was seen, ms; null: it is in use, or nobody looks. */
  get idleMs(): number | null {
    const since = this.#watch?.since ?? null;
    return since === null ? null : this.#clock.now() - since;
  }

  begin(idleMs: number): void {
    if (this.#watch !== null) return;
    this.#watch = beginIdle(this.#clock.now());
    this.#use = null;
    this.#later(idleMs);
  }

  /** X_IDLE=1, X_BUSY=1: the service counts for itself. */
  says(use: 'idle' | 'busy'): void {
    this.#use = use;
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#watch = null;
  }

  #later(idleMs: number): void {
    this.#cancel = this.#clock.after(sampleEveryMs(idleMs), () => this.#look(idleMs));
  }

  #look(idleMs: number): void {
    if (this.#watch === null) return;
    const sample = { ...this.#options.sample(), use: this.#use };
    const { stop, watch } = watchIdle(this.#watch, sample, { idleMs, now: this.#clock.now() });
    this.#watch = watch;
    this.#later(idleMs);
    if (stop) this.#options.stop();
  }
}
