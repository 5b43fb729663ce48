/** The identification service (RFC 1413), as FreeBSD's inetd(8) has it built in. */

import { encodeAddress } from '../sys/sockaddr.ts';
import { localAddress } from '../sys/socket.ts';
import type { Connection, IdentUsers, Shared } from './builtin.ts';
import { Channel } from './channel.ts';
import { answerAtOnce, type IdentAnswer, identLine, lookUp, withoutName } from './ident-answer.ts';
import { type IdentQuery, identError, LONGEST_QUERY, parseIdentQuery } from './ident-message.ts';
import { type IdentOptions, parseIdentOptions } from './ident-options.ts';
import { type End, ownerOf } from './ident-owner.ts';
import { JobQueue } from './job-queue.ts';

/** How long a look-up may take, waiting for those before it included. */
const LOOK_UP_MS = 10_000;
/** So many look-ups wait at once; whoever asks then is told that it failed. */
const LOOK_UPS = 256;

/** All conversations of a daemon: they look things up one after the other. */
export class Auth {
  readonly #users: IdentUsers;
  readonly #lookUps = new JobQueue(LOOK_UPS);

  constructor(users: IdentUsers) {
    this.#users = users;
  }

  serve(connection: Connection, shared: Shared, args: readonly string[]): void {
    const options = parseIdentOptions(args);
    new Conversation(connection, shared, options, (query) =>
      this.#lookUp(query, connection, options),
    ).start();
  }

  async #lookUp(query: IdentQuery, connection: Connection, options: IdentOptions): Promise<IdentAnswer> {
    const local = endOf(localAddress(connection.fd), query.local);
    const remote = endOf(connection.peer, query.remote);
    const owner = async () => (local === null || remote === null ? null : ownerOf({ local, remote }));
    return this.#lookUps.run(() => lookUp(options, { users: this.#users, owner }));
  }
}

/** The address of the ident connection with a port of the one that is asked about; a Unix socket has none. */
function endOf(peer: Connection['peer'], port: number): End | null {
  if (peer.kind === 'unix') return null;
  const bytes = encodeAddress({ kind: 'inet', family: peer.family, host: peer.address, port });
  return { address: peer.family === 4 ? bytes.subarray(4, 8) : bytes.subarray(8, 24), port };
}

/** One caller: a question, an answer. */
class Conversation {
  readonly #channel: Channel;
  readonly #shared: Shared;
  readonly #options: IdentOptions;
  readonly #lookUp: (query: IdentQuery) => Promise<IdentAnswer>;
  #question = '';
  #cancelDeadline = () => {};

  constructor(
    connection: Connection,
    shared: Shared,
    options: IdentOptions,
    find: (query: IdentQuery) => Promise<IdentAnswer>,
  ) {
    this.#channel = new Channel(connection, shared);
    this.#shared = shared;
    this.#options = options;
    this.#lookUp = find;
  }

  start(): void {
    this.#cancelDeadline = this.#shared.clock.after(this.#options.timeoutMs, () => this.#judge());
    this.#channel.watch('in', () => this.#read());
  }

  #read(): void {
    const window = this.#shared.scratch.subarray(0, LONGEST_QUERY - this.#question.length);
    const length = this.#channel.receive(window);
    if (length === 'again') return;
    const over = length === 0 || length === 'gone';
    this.#question += over ? '\n' : Buffer.from(window.subarray(0, length)).toString('latin1');
    if (isWholeQuestion(this.#question)) this.#judge();
  }

  /** The caller has said everything, or had time enough. */
  #judge(): void {
    this.#cancelDeadline();
    this.#channel.unwatch();
    const query = parseIdentQuery(this.#question);
    const answer = query === null ? null : answerAtOnce(this.#options);
    if (query === null) this.#say(identError(null, 'INVALID-PORT'));
    else if (answer === null) this.#ask(query);
    else this.#say(identLine(query, answer, this.#options));
  }

  /** The answer, or what stands for it when finding it fails or takes too long; whichever is first. */
  #ask(query: IdentQuery): void {
    let said = false;
    const say = (answer: IdentAnswer) => {
      if (said) return;
      said = true;
      this.#cancelDeadline();
      this.#say(identLine(query, answer, this.#options));
    };
    const failed = () => say(withoutName(this.#options, 'UNKNOWN-ERROR'));
    this.#cancelDeadline = this.#shared.clock.after(LOOK_UP_MS, failed);
    this.#lookUp(query).then(say, failed);
  }

  #say(line: string): void {
    this.#channel.finish(Buffer.from(line, 'latin1'));
  }
}

function isWholeQuestion(text: string): boolean {
  return /[\r\n]/.test(text) || text.length >= LONGEST_QUERY || parseIdentQuery(text) !== null;
}
