/** What services say about themselves: the messages of sd_notify(3). */

import { isUtf8 } from 'node:buffer';
import { escapeText } from '../../log/escape.ts';
import type { ServiceUnit } from '../../model/service-unit.ts';
import type { Said } from './life.ts';

/** One message. What it does not say is null or false. */
export interface Notification {
  readonly said: Said;
  readonly mainPid: number | null;
  /** One line, safe to show. */
  readonly status: string | null;
  /** `trigger`: as if it had not been fed in time. */
  readonly watchdog: 'feed' | 'trigger' | null;
  readonly watchdogMs: number | null;
  readonly extendMs: number | null;
  readonly errno: number | null;
  readonly restartReset: boolean;
  /** Keeps the descriptors that came along; `watched`: until the other side hangs up. */
  readonly store: { readonly name: string; readonly watched: boolean } | null;
  /** The name of kept descriptors that are to be dropped. */
  readonly remove: string | null;
  /** The one descriptor that came along is closed once everything before was understood. */
  readonly barrier: boolean;
  /** Whether the service has work, where it counts for itself. */
  readonly use: 'idle' | 'busy' | null;
}

/** The longest message that is read, bytes (PIPE_BUF). */
export const LONGEST_MESSAGE = 4096;
/** The longest FDNAME= (sd_pid_notify_with_fds(3)). */
const LONGEST_NAME = 255;
/** The name of a descriptor that was given none, or none that is allowed. */
const NAMELESS = 'stored';

/** Reads a message; null: it is none. Assignments that nobody knows mean nothing, of two the first counts. */
export function readNotification(bytes: Uint8Array): Notification | null {
  if (bytes.length === 0 || bytes.length > LONGEST_MESSAGE) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/\0$/, '');
  if (text.includes('\0')) return null;
  const lines = text.split('\n');
  const of = (name: string): string | null => {
    const line = lines.find((one) => one.startsWith(`${name}=`));
    return line === undefined ? null : line.slice(name.length + 1);
  };
  const set = (name: string): boolean => lines.includes(`${name}=1`);
  return {
    said: {
      ready: set('READY'),
      reloading: set('RELOADING'),
      stopping: set('STOPPING'),
      monotonicUs: count(of('MONOTONIC_USEC')),
    },
    mainPid: pid(of('MAINPID')),
    status: status(of('STATUS')),
    watchdog: set('WATCHDOG') ? 'feed' : lines.includes('WATCHDOG=trigger') ? 'trigger' : null,
    watchdogMs: ms(of('WATCHDOG_USEC')),
    extendMs: ms(of('EXTEND_TIMEOUT_USEC')),
    errno: count(of('ERRNO')),
    restartReset: set('RESTART_RESET'),
    store: set('FDSTORE') ? { name: fdName(of('FDNAME')), watched: of('FDPOLL') !== '0' } : null,
    remove: set('FDSTOREREMOVE') ? of('FDNAME') : null,
    barrier: lines.filter((line) => line !== '').length === 1 && set('BARRIER'),
    use: set('X_IDLE') ? 'idle' : set('X_BUSY') ? 'busy' : null,
  };
}

/** Whether a process may say anything in the name of the service (systemd.service(5), NotifyAccess=). It belongs to it. */
export function maySpeak(
  access: ServiceUnit['notifyAccess'],
  pid: number,
  { control, main }: { readonly control: number | null; readonly main: number | null },
): boolean {
  switch (access) {
    case 'none':
      return false;
    case 'main':
      return pid === main;
    case 'exec':
      return pid === main || pid === control;
    case 'all':
      return true;
  }
}

/** Whether a name can stand in LISTEN_FDNAMES (sd_listen_fds(3)). */
export function isFdName(name: string): boolean {
  return name.length > 0 && name.length <= LONGEST_NAME && /^[ -9;-~]*$/.test(name);
}

function fdName(name: string | null): string {
  return name !== null && isFdName(name) ? name : NAMELESS;
}

function count(text: string | null): number | null {
  if (text === null || !/^\d{1,19}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

function ms(text: string | null): number | null {
  const usec = count(text);
  return usec === null ? null : usec / 1000;
}

/** Process 1 is nobody's main process. */
function pid(text: string | null): number | null {
  const value = count(text);
  return value !== null && value > 1 && value < 2 ** 31 ? value : null;
}

function status(text: string | null): string | null {
  if (text === null) return null;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? escapeText(bytes.toString('utf8')) : null;
}
