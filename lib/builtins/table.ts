/** Every built-in service of the daemon, by name. */

import type { BuiltinName } from '../model/service.ts';
import type { Datagrams } from '../sys/datagrams.ts';
import { close, type Fd } from '../sys/socket.ts';
import { Auth } from './auth.ts';
import type { BuiltinContext, Connection, DatagramBuiltin, Shared, StreamBuiltin } from './builtin.ts';
import { chargenAnswers, serveChargen } from './chargen.ts';
import { type AdmitSender, DatagramServer, newBatch } from './datagram.ts';
import { Daytime } from './daytime.ts';
import { answerDiscard, serveDiscard } from './discard.ts';
import { answerEcho, serveEcho } from './echo.ts';
import { Lingering } from './lingering.ts';
import { ReflectionGuard, type SocketPolicy } from './reflection.ts';
import { serveTcpmux } from './tcpmux.ts';
import { serveTime, timeAnswers } from './time.ts';

/** Bytes read from a stream at once. */
const SCRATCH = 65_536;

/** One for a daemon. What the services share (buffers, the limits of answers, chargen's place) is in here. */
export class Builtins {
  /** Judges the senders of datagrams; a reload gives it new ports. */
  readonly guard: ReflectionGuard;
  readonly #shared: Shared;
  /** Made for the first datagram socket: most daemons have none. */
  #batch: Datagrams | null = null;
  readonly #streams: Readonly<Record<BuiltinName, StreamBuiltin>>;
  readonly #datagrams: Readonly<Record<BuiltinName, DatagramBuiltin | null>>;

  constructor(context: BuiltinContext) {
    const { poller, clock, mux } = context;
    this.guard = new ReflectionGuard(context.reflection);
    this.#shared = { poller, clock, lingering: new Lingering(clock), scratch: new Uint8Array(SCRATCH) };
    const auth = new Auth(context.users);
    const daytime = new Daytime(clock);
    this.#streams = {
      echo: serveEcho,
      discard: serveDiscard,
      chargen: serveChargen,
      daytime: (connection, shared) => daytime.serve(connection, shared),
      time: serveTime,
      tcpmux: (connection, shared) => serveTcpmux(connection, shared, mux),
      auth: (connection, shared, args) => auth.serve(connection, shared, args),
      servers: serveDiscard,
      services: serveDiscard,
      xadmin: serveDiscard,
    };
    this.#datagrams = {
      echo: answerEcho,
      discard: answerDiscard,
      chargen: chargenAnswers(),
      daytime: daytime.answer,
      time: timeAnswers(clock),
      tcpmux: null,
      auth: null,
      servers: null,
      services: null,
      xadmin: null,
    };
  }

  /**
   * Serves an accepted connection, of any stream socket, and closes it in the end. `args` are those of the entry, argv[0]
   * first. It never throws: what cannot be watched is closed.
   */
  serve(name: BuiltinName, connection: Connection, args: readonly string[]): void {
    try {
      this.#streams[name](connection, this.#shared, args);
    } catch {
      close(connection.fd);
      connection.closed();
    }
  }

  /** Answers the datagrams of a socket; null for a service that has no such form. */
  datagrams(
    name: BuiltinName,
    fd: Fd,
    { admit, ...policy }: SocketPolicy & { readonly admit?: AdmitSender },
  ): DatagramServer | null {
    const answer = this.#datagrams[name];
    if (answer === null) return null;
    this.#batch ??= newBatch();
    const { clock } = this.#shared;
    const common = { fd, answer, policy, guard: this.guard, batch: this.#batch, clock };
    return new DatagramServer(admit === undefined ? common : { ...common, admit });
  }
}
