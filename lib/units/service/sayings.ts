/** What a step of a service says, in the words of the log. */

import type { Emit } from '../../log/events.ts';
import type { UnitHead } from '../../model/unit.ts';
import { type Saying, say } from '../messages.ts';
import type { AfterTimeout, Message, ProcessExit, Sub } from './life.ts';
import { signalName } from './signal-name.ts';

/** What a line may name besides the message itself. */
export interface SayingFacts {
  readonly emit: Emit;
  readonly head: UnitHead;
  readonly restarts: number;
  readonly idleMs: number | null;
  readonly watchdogMs: number | null;
  /** `FAILURE` of 1; null: it has no name. */
  readonly exitName: (status: number) => string | null;
}

/** Writes the line. A command that ended well is not worth one. */
export function sayMessage(message: Message, facts: SayingFacts): void {
  const line = lineOf(message, facts);
  if (line !== null) say(facts.emit, facts.head, ...line);
}

type Line = readonly [Saying, ...(string | number)[]];

function lineOf(message: Message, facts: SayingFacts): Line | null {
  switch (message.kind) {
    case 'main-exited':
      return message.good && message.exit.status === 0 ? null : exitLine('main-exited', message.exit, facts);
    case 'control-exited':
      return message.good ? null : exitLine('control-exited', message.exit, facts);
    case 'timed-out':
      return timeoutLine(message.what, message.next);
    case 'runtime-limit':
      return ['warning', 'Service reached runtime time limit. Stopping.'];
    case 'deactivated':
      return ['deactivated'];
    case 'restart-queued':
      return ['restart-scheduled', facts.restarts];
    case 'start-limit':
      return ['too-quickly'];
    case 'idle':
      return ['note', `Stopping: idle for ${seconds(facts.idleMs)}.`];
    case 'watchdog':
      return ['watchdog', seconds(facts.watchdogMs)];
    case 'no-pid-file':
      return ['warning', 'Daemon never wrote its PID file. Failing.'];
    case 'skipped':
      return ['note', `Skipped due to '${message.result}'.`];
    case 'failed':
      return ['failed', message.result];
  }
}

function exitLine(saying: Saying, exit: ProcessExit, { exitName }: SayingFacts): Line {
  const name = exit.code === 'exited' ? exitName(exit.status) : signalName(exit.status);
  return [saying, exit.code, name === null ? exit.status : `${exit.status}/${name}`];
}

function timeoutLine(what: Sub, next: AfterTimeout): Line {
  if (what.startsWith('reload')) return ['warning', 'Reload operation timed out. Killing reload process.'];
  if (STARTS.has(what)) return ['warning', `${what} operation timed out. ${next}.`];
  return what === 'stop' ? ['warning', `Stopping timed out. ${next}.`] : ['state-timeout', what, next];
}

const STARTS: ReadonlySet<Sub> = new Set<Sub>(['condition', 'start-pre', 'start', 'start-post']);

function seconds(ms: number | null): string {
  return `${(ms ?? 0) / 1000}s`;
}
