/** A log of one service's own (xinetd.conf(5): log_type, log_on_success, log_on_failure). */

/** What a line about a served caller tells, in the order in which a state dump names them. */
export const SUCCESS_WORDS = ['HOST', 'DURATION', 'EXIT', 'PID', 'USERID', 'TRAFFIC'] as const;
export type SuccessWord = (typeof SUCCESS_WORDS)[number];

/** What a line about a refused caller tells. */
export const FAILURE_WORDS = ['HOST', 'ATTEMPT', 'USERID'] as const;
export type FailureWord = (typeof FAILURE_WORDS)[number];

/** Where the lines go. Sizes are bytes: over `soft` it is said once, over `hard` no more is written; null: no limit. */
export type ServiceLogTarget =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly soft: number | null;
      readonly hard: number | null;
    }
  | { readonly kind: 'syslog'; readonly facility: SyslogFacility; readonly level: SyslogLevel };

/** `common`: the file is that of the defaults block, shared by all services that have no log_type of their own. */
export interface ServiceLog {
  /** What the lines call the service: its id. */
  readonly id: string;
  readonly target: ServiceLogTarget;
  readonly common: boolean;
  readonly success: readonly SuccessWord[];
  readonly failure: readonly FailureWord[];
}

// biome-ignore format: a table
export const SYSLOG_FACILITIES = [
  'daemon', 'auth', 'authpriv', 'user', 'mail', 'lpr', 'news', 'uucp', 'ftp',
  'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7',
] as const;
export type SyslogFacility = (typeof SYSLOG_FACILITIES)[number];

// biome-ignore format: a table
export const SYSLOG_LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;
export type SyslogLevel = (typeof SYSLOG_LEVELS)[number];
