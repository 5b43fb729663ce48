/** Asks the caller's host which user calls (RFC 931, RFC 1413). What it says is its own claim. */

import { connect } from 'node:net';
import type { IdentProblem } from '../../log/events.ts';
import type { Clock } from '../../sys/clock.ts';

const IDENT_PORT = 113;

/** RFC 1413 allows 1000 characters. */
const LONGEST_ANSWER = 1000;

/** What is kept of an answer, in characters. */
const LONGEST_TEXT = 512;

/** Both ends of the connection that is asked about. */
export interface IdentRequest {
  readonly client: { readonly address: string; readonly port: number };
  readonly server: { readonly address: string; readonly port: number };
}

/** `text` is what follows `USERID :`, as `UNIX : stjohns`, without anything that a log should not hold. */
export type IdentAnswer = { readonly kind: 'user'; readonly text: string } | IdentFailure;

/** Why nobody was named. */
export interface IdentFailure {
  readonly kind: 'problem';
  readonly problem: IdentProblem;
}

/** The answer of the caller's host. It never rejects. */
export async function askIdent(
  { client, server }: IdentRequest,
  timeoutMs: number,
  clock: Clock,
  port = IDENT_PORT,
): Promise<IdentAnswer> {
  const heard = await hearIdent({ client, server }, timeoutMs, clock, port);
  return typeof heard === 'string' ? answerIn(heard, { client: client.port, server: server.port }) : heard;
}

/** What the host said, as it said it, or why it said nothing. It never rejects. */
export function hearIdent(
  { client, server }: IdentRequest,
  timeoutMs: number,
  clock: Clock,
  port = IDENT_PORT,
): Promise<string | IdentFailure> {
  return new Promise((resolve) => {
    const socket = connect({ host: client.address, port, localAddress: server.address });
    let heard = '';
    let connected = false;
    /** Only the first end counts. */
    const end = (what: string | IdentFailure) => {
      cancel();
      socket.destroy();
      resolve(what);
    };
    const cancel = clock.after(timeoutMs, () => end(problem('timeout')));
    socket.setEncoding('latin1');
    socket.on('connect', () => {
      connected = true;
      socket.write(`${client.port},${server.port}\r\n`);
    });
    socket.on('data', (text: string) => {
      heard += text;
      if (heard.includes('\n') || heard.length > LONGEST_ANSWER) end(firstLine(heard));
    });
    socket.on('end', () => end(firstLine(heard)));
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      end(problem(connected ? 'error while receiving response' : unconnected(code))),
    );
  });
}

/** A line more would be somebody else's answer. */
function firstLine(heard: string): string {
  const [line = ''] = heard.slice(0, LONGEST_ANSWER).split(/[\r\n]/, 1);
  return line;
}

/** The answer in `6193, 23 : USERID : UNIX : stjohns`, if it is about this connection. */
export function answerIn(
  line: string,
  ports: { readonly client: number; readonly server: number },
): IdentAnswer {
  const match = /^\s*(\d{1,5})\s*,\s*(\d{1,5})\s*:\s*USERID\s*:(.*)$/.exec(line);
  if (match === null || Number(match[1]) !== ports.client || Number(match[2]) !== ports.server) {
    return problem('bad response');
  }
  const text = clean(match[3] ?? '').trim();
  return text === '' ? problem('bad response') : { kind: 'user', text: text.slice(0, LONGEST_TEXT) };
}

function clean(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

/** Nothing to ask with is our own trouble; everything else means that nobody answers there. */
function unconnected(code: string | undefined): IdentProblem {
  return code === 'EMFILE' || code === 'ENFILE' || code === 'ENOBUFS' || code === 'ENOMEM'
    ? 'system error'
    : 'no server';
}

function problem(word: IdentProblem): IdentFailure {
  return { kind: 'problem', problem: word };
}
