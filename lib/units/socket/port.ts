/** One open listen line of a socket unit: watched, or resting for a while. */

import type { Window } from '../../access/window.ts';
import { formatTarget, isAccepting } from '../../model/listen-target.ts';
import type { ListenTarget } from '../../model/socket-unit.ts';
import { describeFailure } from '../../net/holder.ts';
import type { World } from '../../service/serving.ts';
import type { Cancel } from '../../sys/clock.ts';
import { isHangUp, type Watch } from '../../sys/epoll.ts';
import { close, type Fd } from '../../sys/socket.ts';

/** One listen line with its descriptor. */
export interface Port {
  readonly target: ListenTarget;
  /** `[::]:80`, for people. */
  readonly address: string;
  readonly fd: Fd;
  /** Counts how often it became readable; it outlives hand-overs, so that a service that dies at once is slowed down. */
  readonly polls: Window;
}

/** Who hears of a port. `hangup`: it can be read no more. */
export type Ready = (port: Port, what: 'readable' | 'hangup') => void;

/** Owns its descriptor. */
export class OpenPort implements Port {
  readonly target: ListenTarget;
  readonly address: string;
  readonly fd: Fd;
  readonly polls: Window;
  readonly #world: World;
  readonly #ready: Ready;
  #watch: Watch | null = null;
  #pause: Cancel | null = null;

  constructor(target: ListenTarget, fd: Fd, polls: Window, world: World, ready: Ready) {
    this.target = target;
    this.address = formatTarget(target);
    this.fd = fd;
    this.polls = polls;
    this.#world = world;
    this.#ready = ready;
  }

  /** Throws a SystemError, with its address, where nobody can wait for it: at a file that is always ready. */
  watch(): void {
    if (this.#pause !== null) return;
    this.#watch ??= explaining(this.target, () =>
      this.#world.poller.watch(this.fd, 'in', (events) => this.#ready(this, this.#whatOf(events))),
    );
  }

  unwatch(): void {
    this.#watch?.stop();
    this.#watch = null;
  }

  pause(forMs: number, then: () => void): void {
    this.unwatch();
    this.#pause?.();
    // A timer may be early by less than a millisecond, and the window would be open still.
    this.#pause = this.#world.clock.after(Math.ceil(forMs) + 1, () => {
      this.#pause = null;
      then();
    });
  }

  end(): void {
    this.unwatch();
    this.#pause?.();
    this.#pause = null;
    close(this.fd);
  }

  /** A listener hangs up when somebody who has it too calls shutdown(2). */
  #whatOf(events: number): 'readable' | 'hangup' {
    return isHangUp(events) && isAccepting(this.target) ? 'hangup' : 'readable';
  }
}

/** A failure of the system with what people want to know: which address, and who has it. */
export function explaining<T>(target: ListenTarget, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code !== 'string') throw error;
    throw Object.assign(new Error(describeFailure(target, code)), { code });
  }
}
