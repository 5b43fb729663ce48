/** Where the lines of a service go and what they tell, in the words of a state dump. */

import {
  FAILURE_WORDS,
  type ServiceLog,
  type ServiceLogTarget,
  SUCCESS_WORDS,
} from '../../model/service-log.ts';

/** `No logging`, or the target and the words of its two kinds of lines, each in its fixed order. */
export function logLines(log: ServiceLog | null): readonly string[] {
  if (log === null) return ['No logging'];
  return [
    log.common ? 'Logging to common log file' : targetText(log.target),
    flagsLine('Log_on_success', SUCCESS_WORDS, log.success),
    flagsLine('Log_on_failure', FAILURE_WORDS, log.failure),
  ];
}

function targetText(target: ServiceLogTarget): string {
  if (target.kind === 'syslog')
    return `Logging to syslog. Facility = ${target.facility}, level = ${target.level}`;
  const { hard, path, soft } = target;
  if (soft === null && hard === null) return `Logging to file: ${path} (no limits)`;
  const limits = Object.entries({ soft, hard }).flatMap(([name, bytes]) =>
    bytes === null ? [] : [`${name}=${bytes}`],
  );
  return `Logging to file: ${path} (${limits.join(' ')})`;
}

function flagsLine<T extends string>(title: string, order: readonly T[], words: readonly T[]): string {
  return [`${title} flags =`, ...order.filter((word) => words.includes(word))].join(' ');
}
