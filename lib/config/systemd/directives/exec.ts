/** The directives of processes (systemd.exec(5), systemd.kill(5)), which services have and the commands of sockets. */

import type { ResourceName } from '../../../model/service.ts';
import type { DirectoryKind, ExecDraft } from '../draft/exec.ts';
import {
  cpuPolicy,
  environmentFile,
  inputData,
  inputStream,
  inputText,
  ioClass,
  outputStream,
  ownDirectory,
  plainDirectory,
  processors,
  syslogLevel,
  variable,
  variableName,
  variableOrName,
  workingDirectory,
} from '../values/exec.ts';
import { resourceLimit } from '../values/resource-limit.ts';
import { signal } from '../values/signal.ts';
import { absolutePath, boolean, integer, octalMode, oneOf } from '../values/simple.ts';
import { account } from '../values/socket.ts';
import { nanoseconds } from '../values/time-span.ts';
import {
  type Directive,
  type Directives,
  directive,
  expanded,
  item,
  list,
  needed,
  text,
  unread,
} from './directive.ts';
import { isolationDirectives } from './isolation.ts';
import { resourceDirectives } from './resources.ts';

const PRESERVE = ['no', 'restart', 'yes'] as const;
const ACCOUNT = { empty: null, broken: ({ broken }: ExecDraft) => broken };
const KILL_MODES = ['control-group', 'mixed', 'process', 'none'] as const;

/** Every directive. */
// biome-ignore format: a table
export const execDirectives: Directives<ExecDraft> = new Map<string, Directive<ExecDraft>>([
  ['User', needed<ExecDraft, string | null>(account, (draft, value) => { draft.user = value; }, ACCOUNT)],
  ['Group', needed<ExecDraft, string | null>(account, (draft, value) => { draft.group = value; }, ACCOUNT)],
  ['SupplementaryGroups', list(account, (draft) => draft.supplementaryGroups)],
  ['WorkingDirectory', expanded(workingDirectory, (draft, value) => { draft.workingDirectory = value; }, null)],
  ['RootDirectory', expanded<ExecDraft, string | null>(absolutePath, (draft, value) => { draft.rootDirectory = value; }, null)],
  ['Environment', list(variable, (draft) => draft.environment)],
  ['EnvironmentFile', item(environmentFile, (draft) => draft.environmentFiles)],
  ['PassEnvironment', list(variableName, (draft) => draft.passEnvironment)],
  ['UnsetEnvironment', list(variableOrName, (draft) => draft.unsetEnvironment)],
  ['ExecSearchPath', pathList((draft) => draft.execSearchPath)],
  ['UMask', directive(octalMode, (draft, value) => { draft.umask = value; }, 0o022)],
  ['Nice', directive<ExecDraft, number | null>(integer(-20, 19), (draft, value) => { draft.nice = value; }, null)],
  ['OOMScoreAdjust', directive<ExecDraft, number | null>(integer(-1000, 1000), (draft, value) => { draft.oomScoreAdjust = value; }, null)],
  ['NoNewPrivileges', directive(boolean, (draft, value) => { draft.noNewPrivileges = value; })],
  ['IgnoreSIGPIPE', directive(boolean, (draft, value) => { draft.ignoreSigpipe = value; })],
  ['TimerSlackNSec', directive<ExecDraft, number | null>(nanoseconds, (draft, value) => { draft.timerSlackNs = value; })],

  ['CPUSchedulingPolicy', directive<ExecDraft, ExecDraft['cpuPolicy']>(cpuPolicy, (draft, value) => { draft.cpuPolicy = value; }, null)],
  ['CPUSchedulingPriority', directive<ExecDraft, number | null>(integer(0, 99), (draft, value) => { draft.cpuPriority = value; }, null)],
  ['CPUSchedulingResetOnFork', directive(boolean, (draft, value) => { draft.cpuResetOnFork = value; })],
  ['CPUAffinity', item(processors, (draft) => draft.cpuAffinity)],
  ['IOSchedulingClass', directive<ExecDraft, ExecDraft['ioClass']>(ioClass, (draft, value) => { draft.ioClass = value; }, null)],
  ['IOSchedulingPriority', directive<ExecDraft, number | null>(integer(0, 7), (draft, value) => { draft.ioPriority = value; }, null)],

  limit('LimitAS', 'as'),
  limit('LimitCORE', 'core'),
  limit('LimitCPU', 'cpu'),
  limit('LimitDATA', 'data'),
  limit('LimitFSIZE', 'fsize'),
  limit('LimitLOCKS', 'locks'),
  limit('LimitMEMLOCK', 'memlock'),
  limit('LimitMSGQUEUE', 'msgqueue'),
  limit('LimitNICE', 'nice'),
  limit('LimitNOFILE', 'nofile'),
  limit('LimitNPROC', 'nproc'),
  limit('LimitRSS', 'rss'),
  limit('LimitRTPRIO', 'rtprio'),
  limit('LimitRTTIME', 'rttime'),
  limit('LimitSIGPENDING', 'sigpending'),
  limit('LimitSTACK', 'stack'),

  ['StandardInput', expanded<ExecDraft, ExecDraft['standardInput']>(inputStream, (draft, value) => { draft.standardInput = value; }, null)],
  ['StandardOutput', expanded<ExecDraft, ExecDraft['standardOutput']>(outputStream('stdout'), (draft, value) => { draft.standardOutput = value; }, null)],
  ['StandardError', expanded<ExecDraft, ExecDraft['standardError']>(outputStream('stderr'), (draft, value) => { draft.standardError = value; }, null)],
  ['StandardInputText', item(inputText, (draft) => draft.data)],
  ['StandardInputData', item(inputData, (draft) => draft.data)],
  ['SyslogIdentifier', expanded<ExecDraft, string | null>(text, (draft, value) => { draft.syslogIdentifier = value; }, null)],
  ['SyslogLevel', directive(syslogLevel, (draft, value) => { draft.syslogLevel = value; })],
  ['SyslogLevelPrefix', directive(boolean, (draft, value) => { draft.syslogLevelPrefix = value; })],

  ...directory('RuntimeDirectory', 'runtime'),
  ...directory('StateDirectory', 'state'),
  ...directory('CacheDirectory', 'cache'),
  ...directory('LogsDirectory', 'logs'),
  ...directory('ConfigurationDirectory', 'configuration'),
  ['RuntimeDirectoryPreserve', directive<ExecDraft, ExecDraft['runtimeDirectoryPreserve']>(preserve, (draft, value) => { draft.runtimeDirectoryPreserve = value; }, 'no')],

  ['KillMode', directive<ExecDraft, ExecDraft['killMode']>(oneOf(KILL_MODES), (draft, value) => { draft.killMode = value; }, 'control-group')],
  ['KillSignal', directive(signal, (draft, value) => { draft.killSignal = value; })],
  ['RestartKillSignal', directive<ExecDraft, number | null>(signal, (draft, value) => { draft.restartKillSignal = value; }, null)],
  ['FinalKillSignal', directive(signal, (draft, value) => { draft.finalKillSignal = value; })],
  ['WatchdogSignal', directive(signal, (draft, value) => { draft.watchdogSignal = value; })],
  ['SendSIGHUP', directive(boolean, (draft, value) => { draft.sendSighup = value; })],
  ['SendSIGKILL', directive(boolean, (draft, value) => { draft.sendSigkill = value; })],

  ['X-IgnoreUnsupported', list(text, (draft) => draft.dispensable)],

  ...[
    'CoredumpFilter', 'ExtensionDirectories', 'ExtensionImagePolicy', 'ExtensionImages', 'ImportCredential',
    'LoadCredential', 'LoadCredentialEncrypted', 'LogExtraFields', 'LogFilterPatterns', 'LogLevelMax',
    'LogNamespace', 'LogRateLimitBurst', 'LogRateLimitIntervalSec', 'MemoryKSM', 'MemoryTHP', 'MountAPIVFS', 
    'MountImagePolicy', 'MountImages', 'NUMAMask', 'NUMAPolicy', 'Personality', 'RemoveIPC', 
    'RootHashSignature', 'RootImageOptions', 'RootImagePolicy', 'RuntimeDirectoryQuota',
    'SetCredential', 'SetCredentialEncrypted', 'SetLoginEnvironment', 'StateDirectoryAccounting', 'StateDirectoryQuota',
    'CacheDirectoryAccounting', 'CacheDirectoryQuota', 'LogsDirectoryAccounting', 'LogsDirectoryQuota', 'SyslogFacility',
    'TTYColumns', 'TTYPath', 'TTYReset', 'TTYRows', 'TTYVHangup', 'TTYVTDisallocate', 'TimeoutCleanSec',
    'BindLogSockets', 'UtmpIdentifier', 'UtmpMode',
  ].map((key) => [key, unread<ExecDraft>('unsupported')] as const),
  ...isolationDirectives,
  ...resourceDirectives<ExecDraft>(),
]);

function limit(key: string, resource: ResourceName): readonly [string, Directive<ExecDraft>] {
  return [key, directive(resourceLimit(resource), ({ resources }, value) => resources.set(resource, value))];
}

function directory(key: string, kind: DirectoryKind): readonly (readonly [string, Directive<ExecDraft>])[] {
  const mode = directive(octalMode, ({ directories }: ExecDraft, value: number) => {
    directories[kind].mode = value;
  });
  const read = kind === 'configuration' ? plainDirectory : ownDirectory;
  return [
    [key, list(read, ({ directories }) => directories[kind].names)],
    [`${key}Mode`, mode],
  ];
}

/** RuntimeDirectoryPreserve=: a switch with a word between. */
function preserve(
  value: string,
): { readonly value: (typeof PRESERVE)[number] } | { readonly problem: string } {
  const whether = boolean(value);
  return 'value' in whether ? { value: whether.value ? 'yes' : 'no' } : oneOf(PRESERVE)(value);
}

/** ExecSearchPath=: paths with colons between them. */
function pathList(listOf: (draft: ExecDraft) => string[]): Directive<ExecDraft> {
  const add = expanded<ExecDraft, readonly string[]>(searchPath, (draft, paths) =>
    listOf(draft).push(...paths),
  );
  return {
    tier: 'used',
    assign(draft, value, reading) {
      if (value.text === '') listOf(draft).length = 0;
      else add.assign(draft, value, reading);
    },
  };
}

function searchPath(value: string): { readonly value: readonly string[] } | { readonly problem: string } {
  const paths: string[] = [];
  for (const part of value.split(':')) {
    const path = absolutePath(part);
    if ('problem' in path) return path;
    paths.push(path.value);
  }
  return { value: paths };
}
