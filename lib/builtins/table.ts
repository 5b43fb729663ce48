/** Every built-in service of the daemon, by name. */

import type { Builtin, BuiltinName } from '../model/service.ts';
import type { Datagrams } from '../sys/datagrams.ts';
import { close, type Fd } from '../sys/socket.ts';
import { Auth } from './auth.ts';
import type { BuiltinContext, Connection, DatagramBuiltin, Shared, StreamBuiltin } from './builtin.ts';
import { chargenAnswers, chargenPages, chargenStreams } from './chargen.ts';
import { chargenLines, xinetdLines } from './chargen-lines.ts';
import { type AdmitSender, DatagramServer, newBatch } from './datagram.ts';
import { Daytime } from './daytime.ts';
import { daytimeText, xinetdDaytime } from './daytime-text.ts';
import { answerDiscard, serveDiscard } from './discard.ts';
import { answerEcho, serveEcho } from './echo.ts';
import { Lingering } from './lingering.ts';
import { ReflectionGuard, type SocketPolicy } from './reflection.ts';
import { showing } from './show.ts';
import { INETD_MUX, tcpmuxStreams, XINETD_MUX } from './tcpmux.ts';
import { serveTime, timeAnswers } from './time.ts';
import { serversText, servicesText } from './views.ts';
import { xadminStreams } from './xadmin.ts';
import { localZone, zoneName } from './zone-name.ts';

/** Bytes read from a stream at once. */
const SCRATCH = 65_536;

/** The forms of one built-in; null: there is none for datagrams. */
interface Forms {
  readonly stream: StreamBuiltin;
  readonly datagram: DatagramBuiltin | null;
}

type Style = 'inetd' | 'xinetd';

/** One for a daemon. What the services share (buffers, the limits of answers, chargen's place) is in here. */
export class Builtins {
  /** Judges the senders of datagrams; a reload gives it new ports. */
  readonly guard: ReflectionGuard;
  readonly #shared: Shared;
  /** Made for the first datagram socket: most daemons have none. */
  #batch: Datagrams | null = null;
  readonly #forms: Readonly<Record<Style, Readonly<Record<BuiltinName, Forms>>>>;

  constructor(context: BuiltinContext) {
    const { poller, clock } = context;
    this.guard = new ReflectionGuard(context.reflection);
    this.#shared = { poller, clock, lingering: new Lingering(clock), scratch: new Uint8Array(SCRATCH) };
    const inetd = inetdForms(context);
    this.#forms = { inetd, xinetd: { ...inetd, ...xinetdForms(context) } };
  }

  /**
   * Serves an accepted connection, of any stream socket, and closes it in the end. It never throws: what cannot be watched
   * is closed.
   */
  serve(builtin: Builtin, connection: Connection): void {
    try {
      this.#formsOf(builtin).stream(connection, this.#shared, builtin.args);
    } catch {
      close(connection.fd);
      connection.closed();
    }
  }

  /** Answers the datagrams of a socket; null for a service that has no such form. */
  datagrams(
    builtin: Builtin,
    fd: Fd,
    { admit, ...policy }: SocketPolicy & { readonly admit?: AdmitSender },
  ): DatagramServer | null {
    const answer = this.#formsOf(builtin).datagram;
    if (answer === null) return null;
    this.#batch ??= newBatch();
    const { clock } = this.#shared;
    const common = { fd, answer, policy, guard: this.guard, batch: this.#batch, clock };
    return new DatagramServer(admit === undefined ? common : { ...common, admit });
  }

  #formsOf({ name, style }: Builtin): Forms {
    return this.#forms[style ?? 'inetd'][name];
  }
}

function inetdForms({ clock, mux, services, users }: BuiltinContext): Readonly<Record<BuiltinName, Forms>> {
  const auth = new Auth(users);
  return {
    echo: { stream: serveEcho, datagram: answerEcho },
    discard: { stream: serveDiscard, datagram: answerDiscard },
    chargen: { stream: chargenStreams(chargenLines), datagram: chargenAnswers() },
    daytime: new Daytime(clock, daytimeText),
    time: { stream: serveTime, datagram: timeAnswers(clock) },
    tcpmux: streamOnly(tcpmuxStreams(mux, INETD_MUX)),
    auth: streamOnly((connection, shared, args) => auth.serve(connection, shared, args)),
    services: streamOnly(showing(() => servicesText(services))),
    servers: streamOnly(showing(() => serversText(services))),
    xadmin: streamOnly(xadminStreams(services)),
  };
}

/** What xinetd says in other words. */
function xinetdForms({ clock, mux }: BuiltinContext) {
  const zone = localZone(process.env);
  return {
    chargen: { stream: chargenStreams(xinetdLines), datagram: chargenPages(xinetdLines) },
    daytime: new Daytime(
      clock,
      xinetdDaytime((date) => zoneName(date, zone)),
    ),
    tcpmux: streamOnly(tcpmuxStreams(mux, XINETD_MUX)),
  };
}

function streamOnly(stream: StreamBuiltin): Forms {
  return { stream, datagram: null };
}
