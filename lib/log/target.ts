/** The word after `--log`: where the log goes. */

import type { SyslogFacility } from '../model/service-log.ts';

/**
 * `rfc3164` is the form of libc's syslog(3), which every local daemon reads; the facility is `daemon` unless given. Lines
 * of a file are in xinetd's form (xinetd(8), -filelog) where it is asked for.
 */
export type LogTarget =
  | { readonly kind: 'stdout' | 'stderr' }
  | { readonly kind: 'file'; readonly path: string; readonly form?: 'xinetd' }
  | {
      readonly kind: 'syslog';
      readonly path: string;
      readonly form: 'rfc3164' | 'rfc5424';
      readonly facility?: SyslogFacility;
    }
  | { readonly kind: 'udp'; readonly host: string; readonly port: number };

/** Where a local syslog daemon listens (syslog(3), _PATH_LOG). */
export const SYSLOG_DEVICE = '/dev/log';

/** The port of syslog (RFC 5426). */
const SYSLOG_PORT = 514;

const WORDS: ReadonlyMap<string, LogTarget> = new Map<string, LogTarget>([
  ['stdout', { kind: 'stdout' }],
  ['stderr', { kind: 'stderr' }],
  ['syslog', { kind: 'syslog', path: SYSLOG_DEVICE, form: 'rfc3164' }],
  ['syslog:rfc5424', { kind: 'syslog', path: SYSLOG_DEVICE, form: 'rfc5424' }],
]);

/** Reads `stdout`, `stderr`, `file:PATH`, `syslog`, `syslog:rfc5424` or `udp://HOST[:PORT]`; null when it is none of them. */
export function parseLogTarget(word: string): LogTarget | null {
  const known = WORDS.get(word);
  if (known !== undefined) return known;
  const path = /^file:(.+)$/s.exec(word)?.[1];
  if (path !== undefined) return { kind: 'file', path };
  const match = /^udp:\/\/(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?\/?$/.exec(word);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? SYSLOG_PORT);
  if (host === undefined || port === 0 || port > 65_535) return null;
  return { kind: 'udp', host, port };
}

/**
 * Whether a descriptor is the journal's: JOURNAL_STREAM holds `DEVICE:INODE` of the stream that systemd made
 * (systemd.exec(5)), which may since have been redirected.
 */
export function isJournalStream(
  variable: string | undefined,
  stat: { readonly dev: bigint; readonly ino: bigint },
): boolean {
  return variable === `${stat.dev}:${stat.ino}`;
}
