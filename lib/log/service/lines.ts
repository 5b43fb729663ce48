/** The lines of a service's own log, word by word as in xinetd.log(5). */

import type { FailureWord, ServiceLog, SuccessWord } from '../../model/service-log.ts';
import { safeText } from '../escape.ts';
import type { Event } from '../events.ts';
import { hostOf } from '../names.ts';
import { FAIL_REASONS } from './reasons.ts';

/** A service whose callers are told about; `mapped`: IPv4 ones as `::ffff:192.0.2.7`. */
export interface Logged {
  readonly log: ServiceLog;
  readonly mapped: boolean;
}

/** The longest text, in bytes: what xinetd's buffer holds. */
export const MAX_SERVICE_LINE = 1024;

type Of<K extends Event['event']> = Extract<Event, { event: K }>;
type Lines = { readonly [K in Event['event']]?: (event: Of<K>, logged: Logged) => readonly string[] };

const NONE: readonly string[] = [];

/** superd serves the caller itself: there is no process. */
const NO_PROCESS = 0;

const LINES: Lines = {
  started: (e, logged) => start(logged, e.pid, e.peer),
  'handed-over': (e, logged) => start(logged, e.pid, e.peer),
  builtin: (e, logged) => start(logged, NO_PROCESS, e.peer),
  'builtin-ended': (e, logged) => exit(logged, { ...e, ...ENDED }),
  exited: (e, logged) => exit(logged, e),
  refused: fail,
  identified,
  relayed: (e, logged) => [...traffic(e, logged), ...exit(logged, { ...e, ...ENDED })],
};

/** What an event adds to the log of its service, without time; most add a line or none. */
export function linesOf(event: Event, logged: Logged): readonly string[] {
  const lines = LINES[event.event] as ((event: Event, logged: Logged) => readonly string[]) | undefined;
  return lines === undefined ? NONE : lines(event, logged);
}

/** `START: ID[ pid=P][ from=ADDR]`: any word asks for it. */
function start({ log, mapped }: Logged, pid: number, peer: string | null): readonly string[] {
  if (log.success.length === 0) return NONE;
  return line(`START: ${log.id}${process(log, pid)}${from(log.success, peer, mapped)}`);
}

/** `EXIT: ID[ status=N | signal=N][ pid=P][ duration=S(sec)]`: of EXIT and DURATION each asks for it. */
function exit(
  { log }: Logged,
  end: Pick<Of<'exited'>, 'pid' | 'status' | 'signal' | 'durationMs'>,
): readonly string[] {
  const how = has(log, 'EXIT');
  const duration = has(log, 'DURATION');
  if (!how && !duration) return NONE;
  const { pid, signal, status } = end;
  const ended = signal === null ? ` status=${status}` : ` signal=${signal}`;
  const seconds = ` duration=${Math.floor(end.durationMs / 1000)}(sec)`;
  return line(`EXIT: ${log.id}${how ? ended : ''}${process(log, pid)}${duration ? seconds : ''}`);
}

/** The end of a connection that superd itself served or passed on. */
const ENDED = { pid: NO_PROCESS, status: 0, signal: null } as const;

/** `FAIL: ID REASON[ from=ADDR]`: any word asks for it. */
function fail({ peer, reason }: Of<'refused'>, { log, mapped }: Logged): readonly string[] {
  const word = FAIL_REASONS[reason];
  if (word === null || log.failure.length === 0) return NONE;
  return line(`FAIL: ${log.id} ${word}${from(log.failure, peer, mapped)}`);
}

/** `USERID: ID TEXT` is what the caller's host said; `NOID: ID ADDR WHY` is a caller who had to be named and was not. */
function identified(event: Of<'identified'>, { log, mapped }: Logged): readonly string[] {
  const { peer, problem, required, user } = event;
  if (user === null) return required ? line(`NOID: ${log.id} ${addressOf(peer, mapped)} ${problem}`) : NONE;
  const asked = has(log, 'USERID') || log.failure.includes('USERID');
  return asked ? line(`USERID: ${log.id} ${user}`) : NONE;
}

/** `TRAFFIC: ID in=N(bytes) out=M(bytes)`; in is what came from the caller. */
function traffic({ fromCaller, toCaller }: Of<'relayed'>, { log }: Logged): readonly string[] {
  if (!has(log, 'TRAFFIC')) return NONE;
  return line(`TRAFFIC: ${log.id} in=${fromCaller}(bytes) out=${toCaller}(bytes)`);
}

function line(text: string): readonly string[] {
  return [safeText(text, MAX_SERVICE_LINE)];
}

function process(log: ServiceLog, pid: number): string {
  return has(log, 'PID') ? ` pid=${pid}` : '';
}

function from(words: readonly (SuccessWord | FailureWord)[], peer: string | null, mapped: boolean): string {
  return words.includes('HOST') ? ` from=${addressOf(peer, mapped)}` : '';
}

function has(log: ServiceLog, word: SuccessWord): boolean {
  return log.success.includes(word);
}

/** Numeric; streams that a server accepts by itself come from nobody we know. */
function addressOf(peer: string | null, mapped: boolean): string {
  const host = hostOf(peer ?? '');
  if (host === '') return '<no address>';
  return mapped && IPV4.test(host) ? `::ffff:${host}` : host;
}

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
