/** What the log says about units, in the words that watchers of a journal match (journalctl(1)). */

import type { Emit, Level } from '../log/events.ts';
import type { UnitHead } from '../model/unit.ts';

/** A line: how loud, and its text with what belongs in it. */
interface Line {
  readonly level: Level;
  readonly text: (head: UnitHead, args: readonly (string | number)[]) => string;
}

// biome-ignore format: a table
const LINES = {
  starting: line('info', (unit) => `Starting ${titleOf(unit)}...`),
  started: line('info', (unit) => `Started ${titleOf(unit)}.`),
  finished: line('info', (unit) => `Finished ${titleOf(unit)}.`),
  reloading: line('info', (unit) => `Reloading ${titleOf(unit)}...`),
  reloaded: line('info', (unit) => `Reloaded ${titleOf(unit)}.`),
  stopping: line('info', (unit) => `Stopping ${titleOf(unit)}...`),
  stopped: line('info', (unit) => `Stopped ${titleOf(unit)}.`),
  listening: line('info', (unit) => `Listening on ${titleOf(unit)}.`),
  closed: line('info', (unit) => `Closed ${titleOf(unit)}.`),
  'start-failed': line('err', (unit) => `Failed to start ${titleOf(unit)}.`),
  'listen-failed': line('err', (unit) => `Failed to listen on ${titleOf(unit)}.`),
  'dependency-failed': line('err', (unit) => `Dependency failed for ${titleOf(unit)}.`),
  'condition-unmet': line('info', (unit, [condition]) => `${titleOf(unit)} was skipped because of an unmet condition check (${condition}).`),
  'conditions-unmet': line('info', (unit) => `${titleOf(unit)} was skipped because no trigger condition checks were met.`),
  'assert-unmet': line('err', (unit, [assertion]) => `Starting of ${titleOf(unit)} failed because of an unmet assertion (${assertion}).`),
  'main-exited': line('info', ({ name }, [code, status]) => `${name}: Main process exited, code=${code}, status=${status}`),
  'control-exited': line('info', ({ name }, [code, status]) => `${name}: Control process exited, code=${code}, status=${status}`),
  failed: line('warning', ({ name }, [result]) => `${name}: Failed with result '${result}'.`),
  deactivated: line('info', ({ name }) => `${name}: Deactivated successfully.`),
  'restart-scheduled': line('info', ({ name }, [restarts]) => `${name}: Scheduled restart job, restart counter is at ${restarts}.`),
  'too-quickly': line('warning', ({ name }) => `${name}: Start request repeated too quickly.`),
  'start-timeout': line('warning', ({ name }) => `${name}: start operation timed out. Terminating.`),
  'state-timeout': line('warning', ({ name }, [sub, doing]) => `${name}: State '${sub}' timed out. ${doing}.`),
  killing: line('info', ({ name }, [pid, program, signal]) => `${name}: Killing process ${pid} (${program}) with signal ${signal}.`),
  remains: line('info', ({ name }, [pid, program]) => `${name}: Unit process ${pid} (${program}) remains running after unit stopped.`),
  watchdog: line('err', ({ name }, [limit]) => `${name}: Watchdog timeout (limit ${limit})!`),
  'trigger-limit': line('warning', ({ name }) => `${name}: Trigger limit hit, refusing further activation.`),
  deferred: line('info', ({ name }, [service]) => `${name}: Start of ${service} is deferred until no running unit conflicts with it.`),
  'trigger-pause': line('warning', ({ name }) => `${name}: Trigger limit hit, callers wait until its interval ends.`),
  'poll-limit': line('info', ({ name }, [address]) => `${name}: Poll limit hit on ${address}, callers wait until its interval ends.`),
  'descriptors-short': line('warning', ({ name }, [reason]) => `${name}: cannot accept now (${reason}), callers wait.`),
  'too-many': line('warning', ({ name }, [most]) => `${name}: Too many incoming connections (${most}), dropping connection.`),
  'too-many-from': line('warning', ({ name }, [most, source]) => `${name}: Too many incoming connections (${most}) from source ${source}, dropping connection.`),
  refused: line('warning', ({ name }, [caller, reason]) => `${name}: Refused ${caller} (${reason}).`),
  pollhup: line('err', ({ name }) => `${name}: Got POLLHUP on a listening socket. The service probably invoked shutdown() on it, and should better not do that.`),
  problem: line('err', ({ name }, [problem]) => `${name}: ${problem}`),
  warning: line('warning', ({ name }, [problem]) => `${name}: ${problem}`),
  note: line('info', ({ name }, [text]) => `${name}: ${text}`),
} satisfies Readonly<Record<string, Line>>;

/** What can be said of a unit. */
export type Saying = keyof typeof LINES;

/** Says it; `args` are what its line names: a status, a pid, a limit. */
export function say(emit: Emit, head: UnitHead, saying: Saying, ...args: readonly (string | number)[]): void {
  const { level, text } = LINES[saying];
  emit({ event: 'unit', unit: head.name, level, message: text(head, args) });
}

/** `web.socket - The web`, or the name alone where nobody described it. */
export function titleOf({ description, name }: UnitHead): string {
  return description === '' || description === name ? name : `${name} - ${description}`;
}

function line(level: Level, text: Line['text']): Line {
  return { level, text };
}
