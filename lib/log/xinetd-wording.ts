/**
 * The messages of xinetd(8), for those who watch its log. What xinetd has no words for is said in superd's own.
 */

import { constants } from 'node:os';
import type { Event, Level } from './events.ts';
import { levelOf } from './levels.ts';
import { hostOf, shortName } from './names.ts';
import { textOf } from './text.ts';
import type { Wording } from './wording.ts';

type Of<K extends Event['event']> = Extract<Event, { event: K }>;

/** Null: xinetd has no such message. */
type Says<E> = (event: E, pid: number) => string | null;
type Messages = { readonly [K in Event['event']]?: Says<Of<K>> };

const MESSAGES: Messages = {
  ready: ({ services }) => `Started working: ${services} available service${services === 1 ? '' : 's'}`,
  reloading: () => 'Starting reconfiguration',
  applying: () => 'Swapping defaults',
  changed: ({ service }) => `readjusting service ${service}`,
  removed: ({ service }) => `service ${service} deactivated`,
  reloaded: ({ added, changed, kept, removed }) =>
    `Reconfigured: new=${added} old=${changed + kept} dropped=${removed} (services)`,
  'reload-failed': ({ reason }) => `reconfiguration failed: ${reason}`,
  stopping: () => 'Exiting...',
  ending: ({ pid, service, signal }) => `Sending signal ${signalNumber(signal)} to ${service} server ${pid}`,
  'bind-failed': ({ call, code, reason, service }) =>
    `${call} failed (${withErrno(reason, code)}). service = ${service}`,
  'start-failed': ({ code, program, reason, step }) =>
    step === 'exec' ? `execv( ${program} ) failed: ${withErrno(reason, code)}` : null,
  paused: ({ label, pauseMs, reason }) => {
    const why = DEACTIVATIONS[reason];
    return why === undefined
      ? null
      : `Deactivating service ${shortName(label)} due to ${why}.${restart(pauseMs)}`;
  },
  resumed: ({ label }) => `Activating service ${shortName(label)}`,
  refused: ({ daemon, peer, reason, service }) => {
    if (reason === 'load') return `refused connect from ${hostOf(peer)} due to excessive load`;
    if (reason !== 'wrappers') return null;
    const asked = daemon === undefined ? '' : ` (libwrap=${daemon})`;
    return `libwrap refused connection to ${service}${asked} from ${hostOf(peer)}`;
  },
  unreached: ({ reason, target }) => `can't connect to remote host ${target}: ${reason}`,
  // Critical messages name the process and the function.
  sensed: ({ denyMinutes, peer }, pid) =>
    `${pid} {process_sensor} Adding ${hostOf(peer)} to the global_no_access list for ${denyMinutes === 'forever' ? -1 : denyMinutes} minutes`,
  forgiven: ({ left }) =>
    `At least 1 DENY_TIME has expired, global_no_access list updated${left === 0 ? '; global_no_access list is empty.' : ''}`,
  message: ({ level, message }, pid) => (level === 'crit' ? `${pid} {main} ${message}` : message),
};

/** What trips a service; other pauses xinetd does not know. */
const DEACTIVATIONS: { readonly [R in Of<'paused'>['reason']]?: string } = {
  rate: 'excessive incoming connections',
  looping: 'excessive incoming connections',
  descriptors: 'no available descriptors',
};

/** Where xinetd is louder or quieter than superd by itself. */
const LEVELS: { readonly [K in Event['event']]?: (event: Of<K>) => Level } = {
  changed: () => 'notice',
  applying: () => 'notice',
  stopping: () => 'warning',
  resumed: () => 'err',
  'reload-failed': () => 'warning',
  paused: (event) => (event.reason === 'descriptors' ? 'err' : levelOf(event)),
  refused: (event) =>
    event.level ?? (event.reason === 'load' ? 'err' : event.reason === 'wrappers' ? 'info' : levelOf(event)),
};

/** The wording of a daemon with this process id. */
export function xinetdWording(pid: number): Wording {
  return {
    textOf(event) {
      const say = MESSAGES[event.event] as Says<Event> | undefined;
      return say?.(event, pid) ?? textOf(event);
    },
    levelOf(event) {
      const loud = LEVELS[event.event] as ((event: Event) => Level) | undefined;
      return loud === undefined ? levelOf(event) : loud(event);
    },
  };
}

/** The first message of xinetd at its start; `version` is the program with its version. */
export function startedMessage(version: string): Event {
  const message = `${version} started with libwrap loadavg options compiled in.`;
  return { event: 'message', level: 'notice', message };
}

/** xinetd's %m: `No such file or directory (errno = 2)`. */
function withErrno(reason: string, code: string): string {
  const number: number | undefined = (constants.errno as Readonly<Record<string, number>>)[code];
  return number === undefined ? reason : `${reason} (errno = ${number})`;
}

function signalNumber(signal: string): number | string {
  return (constants.signals as Readonly<Record<string, number>>)[signal] ?? signal;
}

function restart(pauseMs: number | null): string {
  return pauseMs === null ? '' : `  Restarting in ${Math.round(pauseMs / 1000)} seconds.`;
}
