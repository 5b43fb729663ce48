/** How processes are run, while it is being read (systemd.exec(5), systemd.kill(5)). */

import type {
  EnvironmentFile,
  ExecSettings,
  OwnDirectories,
  StandardStream,
} from '../../../model/exec-settings.ts';
import type { ResourceLimit, ResourceName } from '../../../model/service.ts';
import type { Assignment } from '../text/lines.ts';

type Kept =
  | 'user'
  | 'group'
  | 'workingDirectory'
  | 'rootDirectory'
  | 'rootDirectoryStartOnly'
  | 'umask'
  | 'nice'
  | 'oomScoreAdjust'
  | 'timerSlackNs'
  | 'ignoreSigpipe'
  | 'noNewPrivileges'
  | 'runtimeDirectoryPreserve'
  | 'killMode'
  | 'killSignal'
  | 'restartKillSignal'
  | 'finalKillSignal'
  | 'watchdogSignal'
  | 'sendSighup'
  | 'sendSigkill';

/** What a line says of a directory for each kind of RuntimeDirectory= and its kin. */
export type DirectoryKind = OwnDirectories['kind'];

type CpuPolicy = NonNullable<ExecSettings['cpuScheduling']>['policy'];
type IoClass = NonNullable<ExecSettings['ioScheduling']>['class'];

/** A name, or a name and that of a link to it. */
export interface NamedDirectory {
  readonly name: string;
  readonly link: string | null;
}

interface DirectoriesDraft {
  readonly names: NamedDirectory[];
  mode: number;
}

/** null: not set. */
export interface ExecDraft extends Open<Pick<ExecSettings, Kept>> {
  readonly supplementaryGroups: string[];
  readonly environment: string[];
  readonly environmentFiles: EnvironmentFile[];
  readonly passEnvironment: string[];
  readonly unsetEnvironment: string[];
  readonly execSearchPath: string[];
  readonly resources: Map<ResourceName, ResourceLimit>;
  cpuPolicy: CpuPolicy | null;
  cpuPriority: number | null;
  cpuResetOnFork: boolean | null;
  readonly cpuAffinity: (readonly number[])[];
  ioClass: IoClass | null;
  ioPriority: number | null;
  standardInput: StandardStream | 'data' | null;
  standardOutput: StandardStream | null;
  standardError: StandardStream | null;
  /** StandardInputText= and StandardInputData=. */
  readonly data: Uint8Array[];
  syslogIdentifier: string | null;
  syslogLevel: number;
  syslogLevelPrefix: boolean;
  readonly directories: Readonly<Record<DirectoryKind, DirectoriesDraft>>;
  readonly addressesAllowed: string[];
  readonly addressesDenied: string[];
  /** Lines that cannot be read and must not be left out: commands, users. */
  readonly broken: Assignment[];
  /** What isolates and cannot be had yet, by its key: the line that asks for it. */
  readonly unhonoured: Map<string, Assignment>;
  /** X-IgnoreUnsupported=: keys that may be left out. */
  readonly dispensable: string[];
}

type Open<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const [KILL, ABRT, TERM] = [9, 6, 15];

/** The defaults. */
export function execDraft(): ExecDraft {
  return {
    user: null,
    group: null,
    workingDirectory: null,
    rootDirectory: null,
    rootDirectoryStartOnly: false,
    umask: 0o022,
    nice: null,
    oomScoreAdjust: null,
    timerSlackNs: null,
    ignoreSigpipe: true,
    noNewPrivileges: false,
    runtimeDirectoryPreserve: 'no',
    killMode: 'control-group',
    killSignal: TERM,
    restartKillSignal: null,
    finalKillSignal: KILL,
    watchdogSignal: ABRT,
    sendSighup: false,
    sendSigkill: true,
    supplementaryGroups: [],
    environment: [],
    environmentFiles: [],
    passEnvironment: [],
    unsetEnvironment: [],
    execSearchPath: [],
    resources: new Map(),
    cpuPolicy: null,
    cpuPriority: null,
    cpuResetOnFork: null,
    cpuAffinity: [],
    ioClass: null,
    ioPriority: null,
    standardInput: null,
    standardOutput: null,
    standardError: null,
    data: [],
    syslogIdentifier: null,
    syslogLevel: 6,
    syslogLevelPrefix: true,
    directories: {
      runtime: directory(),
      state: directory(),
      cache: directory(),
      logs: directory(),
      configuration: directory(),
    },
    addressesAllowed: [],
    addressesDenied: [],
    broken: [],
    unhonoured: new Map(),
    dispensable: [],
  };
}

function directory(): DirectoriesDraft {
  return { names: [], mode: 0o755 };
}
