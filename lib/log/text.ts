/**
 * What each event says to people: one line in the words that watchers of inetd's log match (openbsd-inetd, FreeBSD's and
 * NetBSD's inetd, see inetd(8)). The line is not escaped yet.
 */

import type { Event, PauseReason, RefusalReason } from './events.ts';
import { hostOf, namedWithProtocol, shortName } from './names.ts';

type Of<K extends Event['event']> = Extract<Event, { event: K }>;
type Texts = { readonly [K in Event['event']]: (event: Of<K>) => string };

const TEXTS: Texts = {
  listening: (e) => `${e.service}: listening on ${e.address}`,
  closed: (e) => `${e.service}: closed ${e.address}`,
  'bind-failed': (e) => `${e.label}: ${e.call}: ${e.reason}`,
  started: (e) => `connection from ${hostOf(e.peer)}, service ${namedWithProtocol(e.label)}`,
  'handed-over': (e) => `${e.label}: handed over to process ${e.pid}`,
  builtin: (e) => `connection from ${hostOf(e.peer)}, service ${namedWithProtocol(e.label)}`,
  'builtin-ended': (e) => `connection from ${hostOf(e.peer)} ended, service ${namedWithProtocol(e.label)}`,
  exited: (e) =>
    `${e.program}[${e.pid}]: exit ${e.signal === null ? `status ${e.status}` : `signal ${e.signal}`}`,
  'start-failed': (e) =>
    e.step === 'exec'
      ? `execv ${e.program}: ${e.reason}`
      : `${e.label}: start ${e.program} (${e.step}): ${e.reason}`,
  refused: (e) => REFUSALS[e.reason](e) + more(e.suppressed),
  'accept-failed': (e) => `accept (for ${shortName(e.label)}): ${e.reason}${more(e.suppressed)}`,
  paused: (e) => PAUSES[e.reason](e),
  resumed: (e) => `${e.label}: service resumed`,
  identified: (e) =>
    `${e.label}: user of ${hostOf(e.peer)}: ${e.user ?? `unknown (${e.problem})`}${e.required && e.user === null ? ', refused' : ''}`,
  relayed: (e) =>
    `${e.label}: passed on ${e.fromCaller} bytes from ${hostOf(e.peer)}, ${e.toCaller} bytes back`,
  unreached: (e) => `${e.label}: cannot pass ${hostOf(e.peer)} on to ${e.target}: ${e.reason}`,
  sensed: (e) =>
    `${e.label}: ${hostOf(e.peer)} touched the sensor, refused everywhere ${e.denyMinutes === 'forever' ? 'for ever' : `for ${e.denyMinutes} min`}`,
  forgiven: (e) => `addresses that touched a sensor are served again; ${e.left} are still refused`,
  disallowed: (e) =>
    `${e.label}: process ${e.pid} goes on serving ${hostOf(e.peer)}, whom the new rules no longer allow`,
  ending: (e) => `${e.service}: sending ${e.signal} to process ${e.pid}`,
  rpc: (e) =>
    `${e.label}: ${e.registered ? 'registered' : 'unregistered'} port ${e.port} with the portmapper`,
  reloading: () => 'reload begins',
  applying: () => 'the configuration was read, the reload takes effect',
  changed: (e) => `${e.service}: changed`,
  removed: (e) => `${e.service}: removed`,
  reloaded: (e) => `reload: ${e.added} added, ${e.removed} removed, ${e.changed} changed, ${e.kept} kept`,
  'reload-failed': (e) => `reload failed, the old configuration stays: ${e.reason}`,
  diagnostic: (e) => `${e.file}:${e.line}:${e.column}: ${e.severity}: ${e.message} [${e.code}]`,
  ready: (e) => `ready: ${e.services} services, ${e.sockets} sockets`,
  stopping: (e) => `stopping: ${e.reason}`,
  stopped: (e) => `stopped, ${e.children} children live on`,
  dropped: (e) => `${e.lines} log lines were lost because nobody took them`,
  state: (e) =>
    `${e.service}: ${e.state}, ${e.children} children, ${e.served} served, ${e.refused} refused${e.reasons === undefined ? '' : ` (${e.reasons})`}`,
  unit: (e) => e.message,
  output: (e) => `${e.identifier}${e.pid === null ? '' : `[${e.pid}]`}: ${e.line}`,
  message: (e) => e.message,
};

const REFUSALS: { readonly [R in RefusalReason]: (event: Of<'refused'>) => string } = {
  wrappers: refusal,
  rate: (e) => `${refusal(e)}: more than ${e.limit} starts a minute`,
  'ftp-data': (e) => `${refusal(e)}: it calls from port 20`,
  'start-failed': (e) => `${refusal(e)}: its server could not be started`,
  'ip-max': (e) => `${refusal(e)}: more than ${e.limit} requests a minute`,
  'per-address-rate': (e) =>
    `${shortName(e.label)} from ${hostOf(e.peer)} exceeded counts/min (limit ${e.limit}/min)`,
  'per-address-children': (e) =>
    `${shortName(e.label)} from ${hostOf(e.peer)} exceeded counts (limit ${e.limit})`,
  load: (e) => `${refusal(e)}: the load average is above ${e.limit}`,
  hours: (e) => `${refusal(e)}: not at this time of day`,
  children: (e) => `${refusal(e)}: ${e.limit} servers run already`,
  'process-limit': (e) => `${refusal(e)}: ${e.limit} servers of all services run already`,
  sensor: (e) => `${refusal(e)}: it touched a sensor`,
  address: (e) => `${refusal(e)}: its address is not allowed`,
  ident: (e) => `${refusal(e)}: its host does not say who calls`,
  loop: (e) => `${e.label} loop request REFUSED from ${hostOf(e.peer)}`,
};

const PAUSES: { readonly [R in PauseReason]: (event: Of<'paused'>) => string } = {
  rate: (e) => `${e.label} server failing (looping), service terminated${forTime(e.pauseMs)}`,
  looping: (e) => `${e.label} server failing (looping), service terminated${forTime(e.pauseMs)}`,
  children: (e) => `${e.label}: accept_max reached (${e.limit});service suspended`,
  descriptors: (e) => `${e.label}: out of descriptors, service suspended${forTime(e.pauseMs)}`,
  spawn: (e) => `${e.label}: cannot start children, service suspended${forTime(e.pauseMs)}`,
};

/** The line of an event, without time and level. */
export function textOf(event: Event): string {
  return (TEXTS[event.event] as (event: Event) => string)(event);
}

function refusal(event: Of<'refused'>): string {
  return `refused connection from ${hostOf(event.peer)}, service ${namedWithProtocol(event.label)}`;
}

function forTime(pauseMs: number | null): string {
  if (pauseMs === null) return '';
  const seconds = Math.round(pauseMs / 1000);
  return seconds >= 60 && seconds % 60 === 0 ? ` for ${seconds / 60} min` : ` for ${seconds} s`;
}

function more(suppressed: number): string {
  return suppressed === 0 ? '' : ` (and ${suppressed} more)`;
}
