/** Execution settings, once everything has been read (systemd.exec(5)). */

import type { ExecSettings, OwnDirectories, StandardStream } from '../../../model/exec-settings.ts';
import type { DirectoryKind, ExecDraft } from '../draft/exec.ts';

/** The settings that a draft stands for. */
export function execSettings(draft: ExecDraft): ExecSettings {
  const {
    resources,
    cpuAffinity,
    execSearchPath,
    cpuPolicy,
    cpuPriority,
    cpuResetOnFork,
    ioClass,
    ioPriority,
    directories,
    syslogIdentifier,
    syslogLevel,
    syslogLevelPrefix,
    addressesAllowed: _allowed,
    addressesDenied: _denied,
    broken: _broken,
    unhonoured: _unhonoured,
    dispensable: _dispensable,
    data: _data,
    ...kept
  } = draft;
  const asksCpu = cpuPolicy !== null || cpuPriority !== null || cpuResetOnFork !== null;
  const asksIo = ioClass !== null || ioPriority !== null;
  return {
    ...kept,
    ...streams(draft),
    execSearchPath: execSearchPath.length === 0 ? null : execSearchPath,
    resources: [...resources.values()],
    cpuAffinity: cpuAffinity.length === 0 ? null : [...new Set(cpuAffinity.flat())].sort((a, b) => a - b),
    cpuScheduling: asksCpu
      ? {
          policy: cpuPolicy ?? 'other',
          priority: cpuPriority ?? leastPriority(cpuPolicy),
          resetOnFork: cpuResetOnFork ?? false,
        }
      : null,
    ioScheduling: asksIo ? { class: ioClass ?? 'best-effort', priority: ioPriority ?? 4 } : null,
    syslog: { identifier: syslogIdentifier, level: syslogLevel, levelPrefix: syslogLevelPrefix },
    directories: KINDS.filter((kind) => directories[kind].names.length > 0).map((kind): OwnDirectories => {
      const { names, mode } = directories[kind];
      const links = names.flatMap(({ name: to, link }) => (link === null ? [] : [{ name: link, to }]));
      return { kind, names: names.map(({ name }) => name), mode, ...(links.length > 0 && { links }) };
    }),
  };
}

/** In the order in which they are made. */
const KINDS: readonly DirectoryKind[] = ['runtime', 'state', 'cache', 'logs', 'configuration'];

/** Real-time policies begin at 1 (sched(7)). */
function leastPriority(policy: ExecDraft['cpuPolicy']): number {
  return policy === 'fifo' || policy === 'rr' ? 1 : 0;
}

type Streams = Pick<ExecSettings, 'standardInput' | 'standardOutput' | 'standardError'>;

/** Output goes where input comes from if anything can be written there, else to the log. */
function streams({ standardInput, standardOutput, standardError, data }: ExecDraft): Streams {
  const input = inputOf(standardInput, data);
  const isTwoWay = input.kind !== 'null' && input.kind !== 'file' && input.kind !== 'data';
  return {
    standardInput: input,
    standardOutput: standardOutput ?? { kind: isTwoWay ? 'inherit' : 'log' },
    standardError: standardError ?? { kind: 'inherit' },
  };
}

function inputOf(standardInput: ExecDraft['standardInput'], data: readonly Uint8Array[]): StandardStream {
  const isData = standardInput === 'data' || (standardInput === null && data.length > 0);
  if (isData) return { kind: 'data', bytes: Buffer.concat(data) };
  return standardInput ?? { kind: 'null' };
}
