/** All connections of `superd proxy`: how many there are, and since when there is none. */

import { acceptTrouble } from '../../service/accept-failed.ts';
import { AcceptBatch } from '../../sys/accept.ts';
import type { Clock } from '../../sys/clock.ts';
import type { Poller, Watch } from '../../sys/epoll.ts';
import { errnoName, errnoText } from '../../sys/errno.ts';
import { close, type Fd } from '../../sys/socket.ts';
import { Passage } from './passage.ts';
import type { ProxyOptions } from './words.ts';

/** What it stands on. */
export interface ProxyContext {
  readonly poller: Poller;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** How long a listener rests when there is nothing to accept with. */
const PAUSE_MS = 1000;

/** Accepts from every listener and passes each connection on. `idle` is called when there was none for the time. */
export class Connections {
  readonly #options: ProxyOptions;
  readonly #context: ProxyContext;
  readonly #idle: () => void;
  readonly #batch = new AcceptBatch();
  #connections = 0;
  #cancelIdle = () => {};

  constructor(options: ProxyOptions, context: ProxyContext, idle: () => void) {
    this.#options = options;
    this.#context = context;
    this.#idle = idle;
  }

  /** Begins; the listeners are non-blocking. */
  serve(listeners: readonly Fd[]): void {
    for (const fd of listeners) {
      const watch = this.#context.poller.watch(fd, 'in', () => this.#accept(fd, watch));
    }
    this.#waitIdle();
  }

  #accept(fd: Fd, watch: Watch): void {
    const count = this.#batch.accept(fd, { blocking: false });
    if (count < 0) this.#failed(errnoName(-count), watch);
    for (let index = 0; index < count; index += 1) this.#begin(this.#batch.fds[index] ?? -1);
  }

  #failed(code: string, watch: Watch): void {
    if (acceptTrouble(code) === 'none') return;
    this.#context.say(`Failed to accept connection, ignoring: ${errnoText(code)}`);
    watch.set('none');
    this.#context.clock.after(PAUSE_MS, () => watch.set('in'));
  }

  #begin(connection: Fd): void {
    if (this.#connections >= this.#options.most) {
      this.#context.say('Hit connection limit, refusing connection.');
      close(connection);
      return;
    }
    this.#connections += 1;
    this.#cancelIdle();
    new Passage(connection, this.#options, this.#context, () => this.#ended()).begin();
  }

  #ended(): void {
    this.#connections -= 1;
    if (this.#connections === 0) this.#waitIdle();
  }

  #waitIdle(): void {
    const { idleMs } = this.#options;
    if (idleMs !== Number.POSITIVE_INFINITY) this.#cancelIdle = this.#context.clock.after(idleMs, this.#idle);
  }
}
