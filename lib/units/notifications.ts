/** The socket to which services say how they are (sd_notify(3)), and to which of them a message belongs. */

import { Window } from '../access/window.ts';
import { type Dropped, openNotifySocket, receiveNotification } from '../net/notify-socket.ts';
import type { World } from '../service/serving.ts';
import type { Watch } from '../sys/epoll.ts';
import { lineageOf } from '../sys/processes.ts';
import { close, type Fd } from '../sys/socket.ts';
import { readNotification } from './service/notify.ts';
import type { ServiceUnitRunner } from './service/runner.ts';

/** Messages taken at once: what everybody else waits for. */
const BATCH = 64;

/** Anybody may send: a flood of nonsense must not become a flood of lines. */
const LINES = { burst: 5, intervalMs: 10_000 };

type NotifiedWorld = Pick<World, 'clock' | 'emit' | 'lowest' | 'poller'>;

/** Listens as long as the daemon has units. */
export class Notifications {
  /** $NOTIFY_SOCKET. */
  readonly place: string;
  readonly #world: NotifiedWorld;
  readonly #services: () => Iterable<ServiceUnitRunner>;
  readonly #fd: Fd;
  readonly #watch: Watch;
  readonly #lines = new Window(LINES);

  /** Throws a SystemError when the socket cannot be had. `place` is a path, or a name behind `@`. */
  constructor(place: string, world: NotifiedWorld, services: () => Iterable<ServiceUnitRunner>) {
    this.place = place;
    this.#world = world;
    this.#services = services;
    this.#fd = openNotifySocket(place, world.lowest);
    this.#watch = world.poller.watch(this.#fd, 'in', () => this.#receive());
  }

  close(): void {
    this.#watch.stop();
    close(this.#fd);
  }

  #receive(): void {
    for (let count = 0; count < BATCH; count++) {
      const received = receiveNotification(this.#fd);
      if (received === 'again') return;
      if ('dropped' in received) {
        this.#dropped(received.dropped);
        continue;
      }
      const { fds, sender, text } = received;
      const service = this.#serviceOf(sender.pid);
      const notification = service === null ? null : readNotification(Buffer.from(text));
      if (service !== null && notification !== null) service.notified(notification, sender, fds);
      else for (const fd of fds) close(fd);
    }
  }

  #dropped(why: Dropped): void {
    const { clock, emit } = this.#world;
    if (!this.#lines.admit(clock.now())) return;
    emit({ event: 'message', level: 'warning', message: `a notification was dropped: ${why}` });
  }

  /** The service whose process it is; anybody may send, so that it must not cost much to find out that it is nobody's. */
  #serviceOf(pid: number): ServiceUnitRunner | null {
    const running = [...this.#services()].filter(
      ({ active }) => active !== 'inactive' && active !== 'failed',
    );
    const main = running.find(({ mainPid }) => mainPid === pid);
    if (main) return main;
    const lineage = lineageOf(pid);
    return running.find((service) => service.owns(pid, lineage)) ?? null;
  }
}
