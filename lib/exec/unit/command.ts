/** A command of a unit that is to be run, and everything that is known about it beforehand. */

import type { ExecSettings } from '../../model/exec-settings.ts';
import type { ResourceName } from '../../model/service.ts';
import type { OpenFile, ServiceCommand } from '../../model/service-unit.ts';
import type { SocketCommand } from '../../model/socket-unit.ts';
import type { Command, UnitHead } from '../../model/unit.ts';
import type { ChildDefaults } from '../plan.ts';
import type { UnitIdentity } from './identity.ts';

/** The line that a command stands in: `start` is ExecStart=. */
export type CommandKind = ServiceCommand | SocketCommand;

/** What a unit of either type has of this. */
export interface CommandUnit {
  readonly head: UnitHead;
  readonly exec: ExecSettings;
  /** NonBlocking= */
  readonly nonBlocking?: boolean;
  /** OpenFile= */
  readonly openFiles?: readonly OpenFile[];
}

/** A descriptor that goes to a command, by its name. */
export interface GivenName {
  readonly name: string;
}

/** What a command is told and given; descriptors are known by their place only. */
export interface CommandFacts {
  /** Whom the unit's processes run as. */
  readonly identity: UnitIdentity;
  /** What the lines of EnvironmentFile= hold, in their order. */
  readonly files: readonly (readonly [name: string, value: string])[];
  /** NAME=value of this run: NOTIFY_SOCKET, MAINPID, SERVICE_RESULT, REMOTE_ADDR (systemd.exec(5)). */
  readonly told: readonly string[];
  /** 32 hexadecimal digits. */
  readonly invocation: string;
  readonly watchdogUs: number | null;
  /** The listeners of its sockets, or the connection of an instance. */
  readonly sockets: readonly GivenName[];
  /** The descriptors that the service had stored. */
  readonly stored: readonly GivenName[];
  readonly defaults: ChildDefaults;
  /** The daemon's own hard limits, by name: what can be had without privilege. */
  readonly hardLimits: Readonly<Partial<Record<ResourceName, number>>>;
}

/** One command in its unit. */
export interface CommandRequest {
  readonly unit: CommandUnit;
  readonly command: Command;
  readonly kind: CommandKind;
  /** Whether it gets the sockets and stored descriptors from 3 on; else ExecStart= alone does. */
  readonly passes?: boolean;
}
