/** How the processes of a unit are run (systemd.exec(5), systemd.kill(5)). */

import type { ResourceLimit } from './service.ts';

/** Where a standard stream comes from or goes to. */
export type StandardStream =
  | { readonly kind: 'null' | 'inherit' | 'socket' | 'log' }
  /** A descriptor by its FDNAME. */
  | { readonly kind: 'fd'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly mode: 'write' | 'append' | 'truncate' }
  | { readonly kind: 'data'; readonly bytes: Uint8Array };

/** RuntimeDirectory= and its kin: names below `base`, made before the start and owned by the unit's user. */
export interface OwnDirectories {
  readonly kind: 'runtime' | 'state' | 'cache' | 'logs' | 'configuration';
  readonly names: readonly string[];
  readonly mode: number;
  /** Further names below `base`, as symbolic links to one of them; absent: none. */
  readonly links?: readonly { readonly name: string; readonly to: string }[];
}

/** An EnvironmentFile= line; `optional` is its `-`. */
export interface EnvironmentFile {
  readonly path: string;
  readonly optional: boolean;
}

/** Everything of a process that needs neither namespaces nor cgroups. null: the default of the manager. */
export interface ExecSettings {
  /** Names or numbers, as written: looked up when the unit is started (217/USER), not at load. */
  readonly user: string | null;
  readonly group: string | null;
  readonly supplementaryGroups: readonly string[];
  /** `home`: `~`. */
  readonly workingDirectory: { readonly path: string | 'home'; readonly optional: boolean } | null;
  readonly rootDirectory: string | null;
  readonly rootDirectoryStartOnly: boolean;
  readonly environment: readonly string[];
  readonly environmentFiles: readonly EnvironmentFile[];
  readonly passEnvironment: readonly string[];
  readonly unsetEnvironment: readonly string[];
  readonly execSearchPath: readonly string[] | null;
  readonly umask: number;
  readonly nice: number | null;
  readonly oomScoreAdjust: number | null;
  readonly resources: readonly ResourceLimit[];
  readonly cpuScheduling: {
    readonly policy: 'other' | 'batch' | 'idle' | 'fifo' | 'rr';
    readonly priority: number;
    readonly resetOnFork: boolean;
  } | null;
  readonly cpuAffinity: readonly number[] | null;
  readonly ioScheduling: {
    readonly class: 'none' | 'realtime' | 'best-effort' | 'idle';
    readonly priority: number;
  } | null;
  readonly timerSlackNs: number | null;
  readonly ignoreSigpipe: boolean;
  readonly noNewPrivileges: boolean;
  readonly standardInput: StandardStream;
  readonly standardOutput: StandardStream;
  readonly standardError: StandardStream;
  readonly syslog: {
    readonly identifier: string | null;
    readonly level: number;
    readonly levelPrefix: boolean;
  };
  readonly directories: readonly OwnDirectories[];
  readonly runtimeDirectoryPreserve: 'no' | 'restart' | 'yes';
  readonly killMode: 'control-group' | 'mixed' | 'process' | 'none';
  readonly killSignal: number;
  readonly restartKillSignal: number | null;
  readonly finalKillSignal: number;
  readonly watchdogSignal: number;
  readonly sendSighup: boolean;
  readonly sendSigkill: boolean;
}
