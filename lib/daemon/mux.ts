/** The services behind tcpmux (RFC 1078): no sockets of their own, reached by name. */

import type { Connection, MuxTable } from '../builtins/builtin.ts';
import { Connections } from '../service/connections.ts';
import type { Runner } from '../service/runner.ts';
import { close, duplicateLow, type Fd, setBlocking } from '../sys/socket.ts';

/** The runners of tcpmux entries by name, lower case: RFC 1078 names are the same in any case. */
export class MuxServices implements MuxTable {
  readonly #runners: () => Iterable<Runner>;

  constructor(runners: () => Iterable<Runner>) {
    this.#runners = runners;
  }

  names(): readonly string[] {
    return [...this.#runners()].flatMap(({ service }) => service.mux?.name ?? []).sort();
  }

  plus(name: string): boolean {
    return this.#find(name)?.service.mux?.plus === true;
  }

  start(name: string, connection: Connection, greet: () => void): 'started' | 'refused' | 'unknown' {
    const runner = this.#find(name);
    if (runner === undefined || !(runner.serving instanceof Connections)) return 'unknown';
    if (runner.state.name !== 'listening') return 'refused';
    let fd: Fd;
    try {
      fd = duplicateLow(connection.fd);
    } catch {
      return 'refused'; // no descriptor left: the caller may try again
    }
    const leave = () => {
      close(connection.fd);
      connection.closed();
    };
    const result = runner.serving.adopt({
      peer: connection.peer,
      fd,
      taken() {
        greet();
        setBlocking(fd, true);
        leave();
      },
      refused() {
        close(fd);
        leave();
      },
    });
    if (result !== 'started') close(fd);
    return result;
  }

  #find(name: string): Runner | undefined {
    const wanted = name.toLowerCase();
    for (const runner of this.#runners()) {
      if (runner.service.mux?.name.toLowerCase() === wanted) return runner;
    }
    return undefined;
  }
}
