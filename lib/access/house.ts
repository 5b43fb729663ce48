/** What the gates of all services of a daemon share. */

import type { Gate } from './gates.ts';
import { Sensors } from './sensors.ts';

/** What the gates ask of the machine, and the daemon's own limit. */
export interface HouseOptions {
  /** The load average of one minute. */
  load(): number;
  /** The minute of the local day, 0 to 1439. */
  minute(): number;
  /** Children of all services at once (xinetd(8), -limit); null: no limit. */
  readonly processLimit: number | null;
}

/** One for a daemon. */
export class House {
  readonly sensors = new Sensors();
  /** Turns callers away while there are as many children as the daemon may have; null without such a limit. */
  readonly processGate: Gate | null;
  /** Turns away whoever touched a sensor. */
  readonly sensorGate: Gate;
  readonly #options: HouseOptions;
  #children = 0;

  constructor(options: HouseOptions) {
    this.#options = options;
    const { processLimit } = options;
    this.processGate =
      processLimit === null ? null : () => (this.#children >= processLimit ? 'process-limit' : null);
    const { sensors } = this;
    this.sensorGate = (address, now) =>
      sensors.size > 0 && sensors.isDenied(address, now) ? 'sensor' : null;
  }

  /** Children of all services. */
  get children(): number {
    return this.#children;
  }

  load(): number {
    return this.#options.load();
  }

  minute(): number {
    return this.#options.minute();
  }

  /** A child of any service was started. */
  began(): void {
    this.#children += 1;
  }

  /** A child of any service ended. */
  ended(): void {
    this.#children -= 1;
  }
}
