/** Who touched a sensor, and until when it counts. */

import type { AddressKey } from '../access/address-key.ts';
import type { Sensors } from '../access/sensors.ts';
import type { Emit } from '../log/events.ts';
import type { Clock } from '../sys/clock.ts';

/** How often the list is looked through (xinetd.conf(5), deny_time). */
const INTERVAL_MS = 60_000;

/** One for a daemon. Its timer runs only while there is somebody to forgive. */
export class Touches {
  readonly #sensors: Sensors;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #looks = false;

  constructor({
    clock,
    emit,
    sensors,
  }: {
    readonly clock: Clock;
    readonly emit: Emit;
    readonly sensors: Sensors;
  }) {
    this.#sensors = sensors;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Shuts an address out; whether it is new on the list. A full list takes nobody more, and says so. */
  touch(address: AddressKey, denyMinutes: number | 'forever'): boolean {
    if (denyMinutes === 0) return false;
    const now = this.#clock.now();
    const isNew = this.#sensors.touch(address, denyMinutes, now);
    if (!isNew && this.#sensors.full && !this.#sensors.isDenied(address, now)) this.#sayFull();
    if (isNew && !this.#looks) this.#lookLater();
    return isNew;
  }

  #lookLater(): void {
    this.#looks = true;
    this.#clock.after(INTERVAL_MS, () => this.#look());
  }

  #look(): void {
    this.#looks = false;
    const forgiven = this.#sensors.expire(this.#clock.now());
    const left = this.#sensors.size;
    if (forgiven > 0) {
      this.#saidFull = false;
      this.#emit({ event: 'forgiven', left });
    }
    if (left > 0) this.#lookLater();
  }

  /** Once, until there is room again. */
  #saidFull = false;

  #sayFull(): void {
    if (this.#saidFull) return;
    this.#saidFull = true;
    const message = `Maximum global_no_access count reached.`;
    this.#emit({ event: 'message', level: 'err', message });
  }
}
