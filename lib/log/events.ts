/** Every event of the daemon, as data. The log, and later the metrics and the control socket, are readers of it. */

import type { RefusalReason } from '../model/refusal.ts';

export type { RefusalReason };

/** How loud: the words and order of syslog(3). */
export type Level = 'crit' | 'err' | 'warning' | 'notice' | 'info' | 'debug';

/**
 * One kind each, with exactly its fields; `event` is the kind. `service` is the service's unique name, `label` its
 * SERVICE/PROTOCOL, `peer` is numeric (`192.0.2.7:4711`), times end in Ms.
 */
export type Event =
  /** A socket is bound and watched. */
  | { readonly event: 'listening'; readonly service: string; readonly address: string }
  /** A socket was closed on the administrator's word (reload, stop). */
  | { readonly event: 'closed'; readonly service: string; readonly address: string }
  /** bind(2) or the portmapper failed; said once, tried again quietly. */
  | {
      readonly event: 'bind-failed';
      readonly service: string;
      readonly label: string;
      readonly address: string;
      readonly call: string;
      readonly code: string;
      readonly reason: string;
      readonly retryMs: number;
    }
  /** A connection was accepted and its child runs; `startMs` from accept to exec. */
  | {
      readonly event: 'started';
      readonly service: string;
      readonly label: string;
      readonly pid: number;
      readonly peer: string;
      readonly startMs: number;
      /** Asked for by a rule of hosts.allow. */
      readonly level?: Level;
    }
  /** A server that has the whole listener runs; `peer` sent the first datagram, of streams nobody is known. */
  | {
      readonly event: 'handed-over';
      readonly service: string;
      readonly label: string;
      readonly pid: number;
      readonly peer: string | null;
    }
  /** A connection is served by the daemon itself. */
  | { readonly event: 'builtin'; readonly service: string; readonly label: string; readonly peer: string }
  /** Its end; only where the service's own log tells it. */
  | {
      readonly event: 'builtin-ended';
      readonly service: string;
      readonly label: string;
      readonly peer: string;
      readonly durationMs: number;
    }
  /** A child ended; `status` is an exit status, `signal` a number, one of them is null. */
  | {
      readonly event: 'exited';
      readonly service: string;
      readonly program: string;
      readonly pid: number;
      readonly status: number | null;
      readonly signal: number | null;
      readonly wait: boolean;
      readonly durationMs: number;
      readonly userMs: number;
      readonly systemMs: number;
    }
  /** A child did not get as far as its program: `step` is an operation of the plan as `explain` shows it. */
  | {
      readonly event: 'start-failed';
      readonly service: string;
      readonly label: string;
      readonly program: string;
      readonly step: string;
      readonly code: string;
      readonly reason: string;
    }
  /** A caller was turned away. */
  | {
      readonly event: 'refused';
      readonly service: string;
      readonly label: string;
      readonly peer: string;
      readonly reason: RefusalReason;
      readonly limit: number | null;
      /** Refusals before it that got no line of their own. */
      readonly suppressed: number;
      /** Asked for by a rule of hosts.deny. */
      readonly level?: Level;
      /** One of a flood: only the service's own log tells it. */
      readonly hidden?: true;
      /** Where the wrappers refused: the name under which they were asked. */
      readonly daemon?: string;
    }
  /** What the caller's host said about its user (RFC 1413): a text to log, or why there is none. */
  | {
      readonly event: 'identified';
      readonly service: string;
      readonly label: string;
      readonly peer: string;
      readonly user: string | null;
      readonly problem: IdentProblem | null;
      /** Without an answer nobody is served. */
      readonly required: boolean;
    }
  /** A connection that was passed on ended; bytes from and to the caller. */
  | {
      readonly event: 'relayed';
      readonly service: string;
      readonly label: string;
      readonly peer: string;
      readonly fromCaller: number;
      readonly toCaller: number;
      readonly durationMs: number;
    }
  /** The address that a connection is to be passed on to did not answer. */
  | {
      readonly event: 'unreached';
      readonly service: string;
      readonly label: string;
      readonly peer: string;
      readonly target: string;
      readonly reason: string;
    }
  /** Somebody touched a sensor: every service refuses this address for so long. */
  | {
      readonly event: 'sensed';
      readonly service: string;
      readonly label: string;
      readonly peer: string;
      readonly denyMinutes: number | 'forever';
    }
  /** Addresses that a sensor had shut out are served again; so many are left. */
  | { readonly event: 'forgiven'; readonly left: number }
  /** A running server would not be started any more under the new rules. */
  | {
      readonly event: 'disallowed';
      readonly service: string;
      readonly label: string;
      readonly pid: number;
      readonly peer: string;
    }
  /** A server is told to end because its service goes or the daemon stops. */
  | { readonly event: 'ending'; readonly service: string; readonly pid: number; readonly signal: string }
  /** accept(2) failed, other than by the caller's leaving. */
  | {
      readonly event: 'accept-failed';
      readonly service: string;
      readonly label: string;
      readonly code: string;
      readonly reason: string;
      readonly suppressed: number;
    }
  /** A limit closed the service; it comes back after `pauseMs`. */
  | {
      readonly event: 'paused';
      readonly service: string;
      readonly label: string;
      readonly reason: PauseReason;
      readonly limit: number | null;
      readonly pauseMs: number | null;
    }
  | {
      readonly event: 'resumed';
      readonly service: string;
      readonly label: string;
      readonly reason: PauseReason;
    }
  /** An RPC program was registered with the portmapper or taken back. */
  | {
      readonly event: 'rpc';
      readonly service: string;
      readonly label: string;
      readonly registered: boolean;
      readonly port: number;
    }
  /** A reload begins. */
  | { readonly event: 'reloading' }
  /** The new configuration was read well, and now takes the place of the old one. */
  | { readonly event: 'applying' }
  /** A service goes on under a changed definition, or is gone from the configuration. */
  | { readonly event: 'changed'; readonly service: string }
  | { readonly event: 'removed'; readonly service: string }
  | {
      readonly event: 'reloaded';
      readonly added: number;
      readonly removed: number;
      readonly changed: number;
      readonly kept: number;
      readonly durationMs: number;
    }
  /** The configuration could not be read; the old one serves on. */
  | { readonly event: 'reload-failed'; readonly reason: string }
  /** A diagnostic of a configuration file, as the running daemon tells it. */
  | {
      readonly event: 'diagnostic';
      readonly severity: 'error' | 'warning' | 'note';
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly code: string;
      readonly message: string;
    }
  /** The daemon serves. */
  | { readonly event: 'ready'; readonly services: number; readonly sockets: number; readonly startMs: number }
  | { readonly event: 'stopping'; readonly reason: string }
  | { readonly event: 'stopped'; readonly children: number }
  /** Log lines were lost because nobody took them. */
  | { readonly event: 'dropped'; readonly lines: number }
  /** USR1: one line per service. */
  | {
      readonly event: 'state';
      readonly service: string;
      readonly state: string;
      readonly children: number;
      readonly served: number;
      readonly refused: number;
      /** How many were refused for each reason, as `rate=3 address=1`, once somebody was. */
      readonly reasons?: string;
    }
  /** What happened to a unit, in the words that those of journalctl(1) know; `message` is complete. */
  | { readonly event: 'unit'; readonly unit: string; readonly level: Level; readonly message: string }
  /** A line that a process of a unit wrote; `identifier` is its SyslogIdentifier=, `pid` that of the command started. */
  | {
      readonly event: 'output';
      readonly unit: string;
      readonly identifier: string;
      readonly pid: number | null;
      readonly level: Level;
      readonly line: string;
    }
  /** Anything else worth a line; `message` is complete. */
  | { readonly event: 'message'; readonly level: Level; readonly message: string };

/** Why the caller's host did not name a user. */
export type IdentProblem =
  | 'no server'
  | 'timeout'
  | 'system error'
  | 'error while receiving response'
  | 'bad response';

/** Why a service does not take callers for a while. */
export type PauseReason = 'rate' | 'children' | 'descriptors' | 'spawn' | 'looping';

/** Takes events; it never throws and never blocks. */
export type Emit = (event: Event) => void;
