/** Where a service unit stands, as one value, and what can happen to it. */

import type { ServiceCommand } from '../../model/service-unit.ts';
import type { ActiveState } from '../types.ts';

/** The states of a service unit (systemctl(1), `--state=help`) and what each means for units of every type. */
export const SUBS = {
  dead: 'inactive',
  condition: 'activating',
  'start-pre': 'activating',
  start: 'activating',
  'start-post': 'activating',
  running: 'active',
  exited: 'active',
  reload: 'reloading',
  'reload-signal': 'reloading',
  'reload-notify': 'reloading',
  stop: 'deactivating',
  'stop-watchdog': 'deactivating',
  'stop-sigterm': 'deactivating',
  'stop-sigkill': 'deactivating',
  'stop-post': 'deactivating',
  'final-watchdog': 'deactivating',
  'final-sigterm': 'deactivating',
  'final-sigkill': 'deactivating',
  failed: 'failed',
  'auto-restart': 'activating',
  'auto-restart-queued': 'activating',
} as const satisfies Readonly<Record<string, ActiveState>>;
export type Sub = keyof typeof SUBS;

/** How its last life went; the first failure stays (systemd.exec(5), $SERVICE_RESULT). */
export type Result =
  | 'success'
  | 'resources'
  | 'protocol'
  | 'timeout'
  | 'exit-code'
  | 'signal'
  | 'core-dump'
  | 'watchdog'
  | 'start-limit-hit'
  | 'exec-condition';

/** How a process ended: an exit status, or the number of the signal. */
export interface ProcessExit {
  readonly code: 'exited' | 'killed' | 'dumped';
  readonly status: number;
}

/** One command of the unit's lists. */
export interface CommandRef {
  readonly kind: ServiceCommand;
  readonly index: number;
}

/** A process of the unit that somebody waits for. */
export interface Process {
  /** Null: it is on its way. */
  readonly pid: number | null;
  /** The command that it was started for; null: it was found or named. */
  readonly command: CommandRef | null;
}

/** What the service said last about its own state (sd_notify(3)). */
export type Told = 'ready' | 'reloading' | 'reload-ready' | 'stopping';

/** A service at one moment. */
export interface Life {
  readonly sub: Sub;
  readonly result: Result;
  readonly reloadResult: Result;
  readonly main: Process | null;
  /** Whether there is, or was, a main process: a forking service may have none that is known. */
  readonly mainKnown: boolean;
  /** How the last main process ended. */
  readonly mainExit: ProcessExit | null;
  /** The process of a command other than the main one. */
  readonly control: Process | null;
  readonly told: Told | null;
  /** CLOCK_MONOTONIC in µs when the running reload began. */
  readonly reloadBeganUs: number;
  /** How often it was restarted by itself (NRestarts). */
  readonly restarts: number;
  /** The next start begins to count again. */
  readonly forgetRestarts: boolean;
  /** Somebody stopped it: no restart follows. */
  readonly stopped: boolean;
  /** It is stopped because nobody uses it. */
  readonly idleStop: boolean;
  /** The window in which starts are counted: monotonic ms of its end. */
  readonly starts: { readonly endsAt: number; readonly count: number };
}

/** A unit that was never started. */
export const UNBORN: Life = {
  sub: 'dead',
  result: 'success',
  reloadResult: 'success',
  main: null,
  mainKnown: false,
  mainExit: null,
  control: null,
  told: null,
  reloadBeganUs: 0,
  restarts: 0,
  forgetRestarts: false,
  stopped: false,
  idleStop: false,
  starts: { endsAt: Number.NEGATIVE_INFINITY, count: 0 },
};

/** What a service says about itself in one message. */
export interface Said {
  readonly ready: boolean;
  readonly reloading: boolean;
  readonly stopping: boolean;
  /** CLOCK_MONOTONIC in µs; null: it did not say. */
  readonly monotonicUs: number | null;
}

/** Which of the two processes somebody waits for. */
export type Role = 'main' | 'control';

export type ServiceEvent =
  /** `now` is monotonic, ms. */
  | { readonly name: 'start'; readonly now: number }
  | { readonly name: 'stop' }
  /** Nobody used it for X-IdleTimeoutSec=. */
  | { readonly name: 'idle' }
  | { readonly name: 'reload'; readonly nowUs: number }
  | { readonly name: 'reset-failed' }
  /** The process that was asked for runs its program. */
  | { readonly name: 'started'; readonly role: Role; readonly pid: number }
  /** It did not come that far; `exit` is the step as an exit status (systemd.exec(5), PROCESS EXIT CODES), null: there was no process to be had. */
  | { readonly name: 'start-failed'; readonly role: Role; readonly exit: number | null }
  | { readonly name: 'exited'; readonly role: Role; readonly exit: ProcessExit }
  /** A kill found no process that is worth waiting for. */
  | { readonly name: 'unkilled' }
  /** The last process of the unit is gone. */
  | { readonly name: 'emptied' }
  /** The main process was found or named. */
  | { readonly name: 'main'; readonly pid: number }
  /** What `find-main` asked for is not to be had; `empty`: and no process of the unit is left. */
  | { readonly name: 'main-missing'; readonly empty: boolean }
  /** sd_notify(3), from a process that may. */
  | { readonly name: 'said'; readonly said: Said }
  /** The timer of the state. */
  | { readonly name: 'timeout' }
  | { readonly name: 'watchdog' }
  | { readonly name: 'restart-refused' }
  /** RESTART_RESET=1. */
  | { readonly name: 'forget-restarts' };

/** How processes are told to end (systemd.kill(5)). */
export type KillOperation = 'terminate' | 'abort' | 'kill';

/** What the runner has to do, in this order. */
export type Action =
  /** The state is this one now. */
  | { readonly do: 'enter'; readonly sub: Sub }
  | { readonly do: 'run'; readonly role: Role; readonly command: CommandRef }
  /** Replaces the timer that runs. Infinity: none. `spreadMs`: up to so much later, by chance. */
  | { readonly do: 'timer'; readonly afterMs: number; readonly spreadMs?: number }
  /** Signals the unit's processes and gives them so long; `unkilled` comes back where there are none to wait for. */
  | { readonly do: 'kill'; readonly operation: KillOperation; readonly timeoutMs: number }
  /** What commands of the preparation left behind is killed. */
  | { readonly do: 'kill-strays' }
  | { readonly do: 'kill-control' }
  | { readonly do: 'signal-main'; readonly signal: number }
  /** `main` or `main-missing` comes back; `wait`: perhaps later, for a PID file that is not there yet. */
  | { readonly do: 'find-main'; readonly wait: boolean }
  /** The watchdog, if there is to be one, begins to wait. */
  | { readonly do: 'watchdog' }
  | { readonly do: 'queue-restart' }
  | { readonly do: 'say'; readonly message: Message }
  /** Nothing of it runs any more. `restarts`: it comes back. */
  | { readonly do: 'release'; readonly restarts: boolean };

/** What is worth a line of the log. */
export type Message =
  | { readonly kind: 'main-exited'; readonly exit: ProcessExit; readonly good: boolean }
  | {
      readonly kind: 'control-exited';
      readonly command: ServiceCommand;
      readonly exit: ProcessExit;
      readonly good: boolean;
    }
  | { readonly kind: 'timed-out'; readonly what: Sub; readonly next: AfterTimeout }
  | {
      readonly kind: 'runtime-limit' | 'deactivated' | 'restart-queued' | 'start-limit' | 'idle' | 'watchdog';
    }
  | { readonly kind: 'no-pid-file' }
  | { readonly kind: 'skipped' | 'failed'; readonly result: Result };

/** What follows a time-out. */
export type AfterTimeout =
  | 'Terminating'
  | 'Aborting'
  | 'Killing'
  | 'Skipping SIGKILL'
  | 'Ignoring'
  | 'Entering failed mode';

export interface Step {
  readonly life: Life;
  readonly actions: readonly Action[];
}
