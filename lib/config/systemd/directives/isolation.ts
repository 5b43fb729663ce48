/** The directives that shut a unit in (systemd.exec(5), SANDBOXING; systemd.resource-control(5)): what cannot be had yet. */

import type { ExecDraft } from '../draft/exec.ts';
import { boolean } from '../values/simple.ts';
import { type Directive, type Directives, list, text, unread } from './directive.ts';

/** Whether a value asks for anything. */
type Asks = (value: string) => boolean;

const unlessNo: Asks = (value) => {
  const whether = boolean(value);
  return value !== '' && !('value' in whether && !whether.value);
};
const unlessEmpty: Asks = (value) => value !== '';
const always: Asks = () => true;

// biome-ignore format: a table
/** Every one of them; what only widens what another one shuts is silent. */
export const isolationDirectives: Directives<ExecDraft> = new Map<string, Directive<ExecDraft>>([
  isolation('DynamicUser', unlessNo),
  isolation('ProtectSystem', unlessNo),
  isolation('ProtectHome', unlessNo),
  isolation('PrivateTmp', unlessNo),
  isolation('PrivateDevices', unlessNo),
  isolation('PrivateNetwork', unlessNo),
  isolation('PrivateUsers', unlessNo),
  isolation('PrivateIPC', unlessNo),
  isolation('PrivatePIDs', unlessNo),
  isolation('PrivateMounts', unlessNo),
  isolation('PrivateBPF', unlessNo),
  isolation('NetworkNamespacePath', unlessEmpty),
  isolation('IPCNamespacePath', unlessEmpty),
  isolation('UserNamespacePath', unlessEmpty),
  isolation('ReadOnlyPaths', unlessEmpty),
  isolation('ReadOnlyDirectories', unlessEmpty),
  isolation('InaccessiblePaths', unlessEmpty),
  isolation('InaccessibleDirectories', unlessEmpty),
  isolation('NoExecPaths', unlessEmpty),
  isolation('BindPaths', unlessEmpty),
  isolation('BindReadOnlyPaths', unlessEmpty),
  isolation('TemporaryFileSystem', unlessEmpty),
  isolation('RootImage', unlessEmpty),
  isolation('RootMStack', unlessEmpty),
  isolation('ProtectKernelTunables', unlessNo),
  isolation('ProtectKernelModules', unlessNo),
  isolation('ProtectKernelLogs', unlessNo),
  isolation('ProtectClock', unlessNo),
  isolation('ProtectControlGroups', unlessNo),
  isolation('ProtectHostname', unlessNo),
  isolation('ProtectProc', (value) => value !== '' && value !== 'default'),
  isolation('ProcSubset', (value) => value !== '' && value !== 'all'),
  isolation('RestrictAddressFamilies', unlessEmpty),
  isolation('RestrictFileSystems', unlessEmpty),
  isolation('RestrictNamespaces', unlessNo),
  isolation('RestrictNetworkInterfaces', unlessEmpty),
  isolation('RestrictRealtime', unlessNo),
  isolation('RestrictSUIDSGID', unlessNo),
  isolation('MemoryDenyWriteExecute', unlessNo),
  isolation('LockPersonality', unlessNo),
  isolation('SystemCallArchitectures', unlessEmpty),
  isolation('SystemCallFilter', unlessEmpty),
  isolation('CapabilityBoundingSet', always),
  isolation('AmbientCapabilities', unlessEmpty),
  isolation('SecureBits', unlessEmpty),
  isolation('SocketBindDeny', unlessEmpty),
  isolation('DeviceAllow', unlessEmpty),
  isolation('DevicePolicy', (value) => value !== '' && value !== 'auto'),
  isolation('IPIngressFilterPath', unlessEmpty),
  isolation('IPEgressFilterPath', unlessEmpty),
  isolation('BPFProgram', unlessEmpty),
  isolation('AppArmorProfile', (value) => value !== '' && !value.startsWith('-')),
  isolation('SELinuxContext', (value) => value !== '' && !value.startsWith('-')),
  isolation('SmackProcessLabel', (value) => value !== '' && !value.startsWith('-')),

  isolation('KeyringMode', (value) => value !== '' && value !== 'inherit'),
  isolation('PAMName', unlessEmpty),
  isolation('TCPWrapName', unlessEmpty),
  isolation('MountFlags', (value) => value !== '' && value !== 'shared'),
  isolation('RootEphemeral', unlessNo),
  isolation('RootHash', unlessEmpty),
  isolation('RootVerity', unlessEmpty),
  isolation('Capabilities', unlessEmpty),

  ['IPAddressAllow', list(text, ({ addressesAllowed }) => addressesAllowed)],
  ['IPAddressDeny', isolated('IPAddressDeny', list(text, ({ addressesDenied }) => addressesDenied))],

  ...[
    'ExecPaths', 'ReadWriteDirectories', 'ReadWritePaths', 'SocketBindAllow', 'SystemCallErrorNumber', 'SystemCallLog',
  ].map((key) => [key, unread<ExecDraft>('silent')] as const),
]);

/** The security labels of [Socket], which decide who may reach it. */
export const labelDirectives: Directives<ExecDraft> = new Map<string, Directive<ExecDraft>>([
  isolation('SELinuxContextFromNet', unlessNo),
  isolation('SmackLabel', unlessEmpty),
  isolation('SmackLabelIPIn', unlessEmpty),
  isolation('SmackLabelIPOut', unlessEmpty),
]);

function isolation(key: string, asks: Asks): readonly [string, Directive<ExecDraft>] {
  return [
    key,
    {
      tier: 'isolation',
      assign(draft, { text }, { assignment }) {
        if (asks(text)) draft.unhonoured.set(key, assignment);
        else draft.unhonoured.delete(key);
      },
    },
  ];
}

/** What is read too, for those who can honour it. */
function isolated(key: string, { assign }: Directive<ExecDraft>): Directive<ExecDraft> {
  const [, row] = isolation(key, unlessEmpty);
  return {
    tier: 'isolation',
    assign(draft, value, reading) {
      row.assign(draft, value, reading);
      assign(draft, value, reading);
    },
  };
}
