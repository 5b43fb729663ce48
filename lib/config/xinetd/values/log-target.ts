/** log_type: `SYSLOG facility [level]` or `FILE path [soft [hard]]`; and the words of log_on_success and log_on_failure. */

import {
  FAILURE_WORDS,
  type FailureWord,
  type ServiceLogTarget,
  SUCCESS_WORDS,
  type SuccessWord,
  SYSLOG_FACILITIES,
  SYSLOG_LEVELS,
} from '../../../model/service-log.ts';
import type { Word } from '../text/block.ts';
import { type Reader, refuse, type Scope } from './reader.ts';
import { path, size, wordOf } from './words.ts';

const FORMS = "write 'SYSLOG daemon info' or 'FILE /var/log/servicelog'";

/** Reads the target of a log. */
export const logTarget: Reader<ServiceLogTarget> = ([kind, ...words], scope) => {
  if (kind === undefined) return null;
  const name = kind.text.toUpperCase();
  if (name === 'FILE') return file(kind, words, scope);
  return name === 'SYSLOG' ? syslog(kind, words, scope) : refuse(scope, kind, FORMS);
};

function syslog(
  kind: Word,
  [first, second, surplus]: readonly Word[],
  scope: Scope,
): ServiceLogTarget | null {
  if (first === undefined || surplus !== undefined) return refuse(scope, surplus ?? kind, FORMS);
  const facility = wordOf(SYSLOG_FACILITIES)(first, scope);
  const level = second === undefined ? 'info' : wordOf(SYSLOG_LEVELS)(second, scope);
  return facility === null || level === null ? null : { kind: 'syslog', facility, level };
}

function file(
  kind: Word,
  [name, first, second, surplus]: readonly Word[],
  scope: Scope,
): ServiceLogTarget | null {
  if (name === undefined || surplus !== undefined) return refuse(scope, surplus ?? kind, FORMS);
  const soft = first === undefined ? 0 : size(first, scope);
  const hard = second === undefined ? 0 : size(second, scope);
  if (soft === null || hard === null) return null;
  if (second !== undefined && hard < soft) {
    return refuse(scope, second, 'write a hard limit that is not below the soft one');
  }
  const target = { kind: 'file', path: path(name, scope) } as const;
  if (soft === 0) return { ...target, soft: null, hard: hard === 0 ? null : hard };
  return { ...target, soft, hard: second === undefined ? soft + extra(soft) : hard };
}

/** What xinetd.conf(5) adds for the hard limit: 1 %, at least 5 and at most 20 KiB. */
function extra(soft: number): number {
  return Math.min(Math.max(Math.floor(soft / 100), 5 * 1024), 20 * 1024);
}

export function successWord(word: Word, scope: Scope): SuccessWord | null {
  return logWord(word, scope, SUCCESS_WORDS);
}

export function failureWord(word: Word, scope: Scope): FailureWord | null {
  return logWord(word, scope, FAILURE_WORDS);
}

function logWord<Known extends string>(word: Word, scope: Scope, known: readonly Known[]): Known | null {
  if (word.text.toUpperCase() !== 'RECORD') return wordOf(known)(word, scope);
  const help = 'leave it out: what remote users told is no longer asked for by any xinetd since 2.3';
  return refuse(scope, word, help, { code: 'xinetd/record', message: 'RECORD is gone' });
}
