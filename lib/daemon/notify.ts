/** Tells a service manager how we are: the client of sd_notify(3) and its watchdog, sd_watchdog_enabled(3). */

import type { Cancel, Clock } from '../sys/clock.ts';

/** What the notifier needs of the machine. */
export interface NotifyIo {
  /** Sends a datagram to a Unix socket, `@name` for an abstract one, without blocking: 0 or -errno. */
  readonly send: (path: string, bytes: Uint8Array) => number;
  readonly clock: Clock;
  readonly pid: number;
  /** CLOCK_MONOTONIC in µs, which RELOADING=1 carries. */
  readonly monotonicUsec: () => bigint;
}

/** Each call is one datagram, or nothing when no manager listens. Losing one is not worth an error. */
export interface Notifier {
  /** Whether a manager listens. */
  readonly active: boolean;
  /** The daemon serves; also the end of a reload. `status` is a line for people. */
  ready(status: string): void;
  reloading(): void;
  stopping(status: string): void;
  status(text: string): void;
  /** Ends the watchdog's messages: a daemon that is about to be replaced or to exit. */
  close(): void;
}

/** The variables of the protocol: they are the daemon's own and belong in no child's environment. */
export const NOTIFY_VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const;

/** Makes the notifier that the environment asks for; the watchdog's first message goes out at once. */
export function createNotifier(env: Readonly<Record<string, string | undefined>>, io: NotifyIo): Notifier {
  const path = socketPath(env.NOTIFY_SOCKET);
  const say = (message: string): void => {
    if (path !== null) io.send(path, Buffer.from(message));
  };
  const periodMs = path === null ? null : watchdogPeriodMs(env, io.pid);
  const stopWatchdog =
    periodMs === null ? () => undefined : every(io.clock, periodMs, () => say('WATCHDOG=1'));
  return {
    active: path !== null,
    ready: (status) => say(`READY=1\nSTATUS=${oneLine(status)}`),
    reloading: () => say(`RELOADING=1\nMONOTONIC_USEC=${io.monotonicUsec()}`),
    stopping: (status) => say(`STOPPING=1\nSTATUS=${oneLine(status)}`),
    status: (text) => say(`STATUS=${oneLine(text)}`),
    close: stopWatchdog,
  };
}

/** A path or an abstract name; systemd's other kinds (vsock) are for virtual machines. */
function socketPath(value: string | undefined): string | null {
  return value !== undefined && value.length > 1 && /^[/@]/.test(value) ? value : null;
}

/** Half of what the manager allows, as sd_watchdog_enabled(3) advises; null when it watches nobody, or another process. */
function watchdogPeriodMs(env: Readonly<Record<string, string | undefined>>, pid: number): number | null {
  const watched = env.WATCHDOG_PID;
  if (watched !== undefined && watched !== String(pid)) return null;
  const usec = /^[1-9]\d*$/.test(env.WATCHDOG_USEC ?? '') ? Number(env.WATCHDOG_USEC) : 0;
  return usec === 0 ? null : Math.max(1, usec / 2000);
}

/** Now, and then again and again until it is cancelled. */
function every(clock: Clock, periodMs: number, action: () => void): Cancel {
  let cancel: Cancel;
  const beat = (): void => {
    action();
    cancel = clock.after(periodMs, beat);
  };
  beat();
  return () => cancel();
}

/** A newline would begin another assignment of the protocol. */
function oneLine(text: string): string {
  return text.replaceAll(/[\n\0]/g, ' ');
}
