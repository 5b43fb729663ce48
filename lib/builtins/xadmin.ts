/** The shell of xinetd in which people of this machine look at the daemon. It changes nothing. */

import type { Cancel } from '../sys/clock.ts';
import type { Connection, ServiceTable, Shared, StreamBuiltin } from './builtin.ts';
import { Channel, isOver } from './channel.ts';
import { isLocalCaller } from './local-caller.ts';
import { tell } from './telling.ts';
import { availableText, runningText } from './views.ts';
import { parseXadmin, type XadminCommand } from './xadmin-line.ts';

/** Whoever says nothing for so long is closed. */
const IDLE_MS = 300_000;
/** Whoever says a longer line is closed. */
const LONGEST_LINE = 1024;

const PROMPT = '> ';
const BYE = 'bye bye\n';
const UNKNOWN = "unknown command, try 'help'\n";
const HELP = `xinetd admin help:
show run  :   shows information about running services
show avail:   shows what services are currently available
bye, exit :   exits the admin shell
`;

/** Reads commands until one of them is bye. Only callers of this machine are listened to. */
export function xadminStreams(table: ServiceTable): StreamBuiltin {
  return (connection, shared) => {
    const session = new Session(connection, shared, table);
    if (isLocalCaller(connection)) session.start();
    else session.refuse();
  };
}

class Session {
  readonly #channel: Channel;
  readonly #shared: Shared;
  readonly #table: ServiceTable;
  /** What was said behind the last line that was answered. */
  #said = '';
  #cancelIdle: Cancel = () => {};

  constructor(connection: Connection, shared: Shared, table: ServiceTable) {
    this.#channel = new Channel(connection, shared);
    this.#shared = shared;
    this.#table = table;
  }

  start(): void {
    this.#say([PROMPT]);
  }

  refuse(): void {
    this.#channel.close();
  }

  /** Nothing is read while something is being said, so that nobody can make us collect answers. */
  #say(text: Iterable<string>): void {
    const { clock } = this.#shared;
    tell(text, { channel: this.#channel, clock, done: () => this.#listen() });
  }

  #listen(): void {
    const end = this.#said.indexOf('\n');
    if (end >= 0) {
      const line = this.#said.slice(0, end);
      this.#said = this.#said.slice(end + 1);
      this.#obey(parseXadmin(line));
      return;
    }
    this.#cancelIdle = this.#shared.clock.after(IDLE_MS, () => this.#channel.close());
    this.#channel.watch('in', () => this.#read());
  }

  #read(): void {
    const window = this.#shared.scratch.subarray(0, LONGEST_LINE + 1 - this.#said.length);
    const length = this.#channel.receive(window);
    if (length === 'again') return;
    this.#cancelIdle();
    if (isOver(length)) this.#channel.close();
    else this.#take(Buffer.from(window.subarray(0, Number(length))).toString('latin1'));
  }

  #take(text: string): void {
    this.#said += text;
    if (this.#said.length > LONGEST_LINE && !this.#said.includes('\n')) this.#channel.close();
    else this.#listen();
  }

  #obey(command: XadminCommand): void {
    if (command === 'bye') this.#channel.finish(Buffer.from(BYE));
    else this.#say(prompted(this.#answerTo(command)));
  }

  #answerTo(command: Exclude<XadminCommand, 'bye'>): Iterable<string> {
    switch (command) {
      case 'nothing':
        return [];
      case 'help':
        return [HELP];
      case 'unknown':
        return [UNKNOWN];
      case 'show run':
        return runningText(this.#table);
      case 'show avail':
        return availableText(this.#table);
    }
  }
}

function* prompted(text: Iterable<string>): Generator<string> {
  yield* text;
  yield PROMPT;
}
