/** One connection of `superd proxy`: the backend is found and called, then both sides are relayed. */

import { Relay } from '../../service/relay/relay.ts';
import { errnoText } from '../../sys/errno.ts';
import {
  close,
  type Fd,
  localAddress,
  peerAddress,
  setKeepAlive,
  setNoDelay,
  socketFamily,
} from '../../sys/socket.ts';
import { send } from '../../sys/transfer.ts';
import type { ProxyContext } from './connections.ts';
import { proxyHeader } from './header.ts';
import { reach } from './reach.ts';
import { resolve } from './remote.ts';
import type { ProxyOptions } from './words.ts';

/** From an accepted connection to its end, which `ended` is told once. */
export class Passage {
  readonly #caller: Fd;
  readonly #options: ProxyOptions;
  readonly #context: ProxyContext;
  readonly #ended: () => void;

  constructor(caller: Fd, options: ProxyOptions, context: ProxyContext, ended: () => void) {
    this.#caller = caller;
    this.#options = options;
    this.#context = context;
    this.#ended = ended;
  }

  begin(): void {
    if (socketFamily(this.#caller) !== 'unix') {
      setNoDelay(this.#caller, true);
      setKeepAlive(this.#caller, true);
    }
    resolve(this.#options.remote, (target) => {
      if ('problem' in target) {
        this.#giveUp(`Failed to resolve host: ${target.problem}`);
        return;
      }
      const { poller, clock } = this.#context;
      const { patienceMs } = this.#options;
      reach(target, { poller, clock, lowest: 0, patienceMs }, (result) => {
        if ('fd' in result) this.#relay(result.fd);
        else this.#giveUp(`Failed to connect to remote host: ${errnoText(result.code)}`);
      });
    });
  }

  #relay(backend: Fd): void {
    if (this.#options.header && !this.#introduce(backend)) {
      close(backend);
      this.#giveUp('Failed to tell the backend who called.');
      return;
    }
    new Relay({ caller: this.#caller, target: backend }, this.#context.poller, () => this.#ended());
  }

  /** Nothing was sent yet: the backend's socket takes all of one line. */
  #introduce(backend: Fd): boolean {
    const line = Buffer.from(proxyHeader(callerOf(this.#caller), localAddress(this.#caller)));
    return send(backend, line) === line.length;
  }

  #giveUp(why: string): void {
    this.#context.say(why);
    close(this.#caller);
    this.#ended();
  }
}

/** Who has left already is nobody. */
function callerOf(fd: Fd): ReturnType<typeof peerAddress> {
  try {
    return peerAddress(fd);
  } catch {
    return { kind: 'unix', path: '' };
  }
}
