/** The directives of [Socket] (systemd.socket(5)). */

import type { ListenTarget } from '../../../model/socket-unit.ts';
import type { SocketDraft } from '../draft/socket.ts';
import { listenAddress } from '../values/address.ts';
import { fifo, messageQueue, netlink, special } from '../values/listen-targets.ts';
import { absolutePath, boolean, int, octalMode, oneOf, unsigned } from '../values/simple.ts';
import { size } from '../values/size.ts';
import {
  account,
  bindIpv6Only,
  deferral,
  descriptorName,
  device,
  timestamping,
  typeOfService,
  wholeSeconds,
} from '../values/socket.ts';
import { timeout, timeSpan } from '../values/time-span.ts';
import { unitOfType } from '../values/unit-reference.ts';
import type { ValueReader } from '../values/value.ts';
import {
  commands,
  type Directive,
  type Directives,
  directive,
  expanded,
  list,
  needed,
  text,
  unread,
  within,
} from './directive.ts';
import { execDirectives } from './exec.ts';
import { labelDirectives } from './isolation.ts';

const ACCOUNT = { empty: null, broken: ({ exec }: SocketDraft) => exec.broken };
const seconds = wholeSeconds(timeSpan());

const interrupts = directive<SocketDraft, boolean>(boolean, (draft, value) => {
  draft.interruptsRestart = value;
});
const naming = directive<SocketDraft, SocketDraft['instanceNaming']>(
  oneOf(['v252', 'v258']),
  (draft, value) => {
    draft.instanceNaming = value;
  },
);
const triggerLimitAction = directive<SocketDraft, SocketDraft['atTriggerLimit']>(
  oneOf(['fail', 'pause']),
  (draft, value) => {
    draft.atTriggerLimit = value;
  },
);

/** Every directive of the section, those of its commands included. */
// biome-ignore format: a table
export const socketDirectives: Directives<SocketDraft> = new Map<string, Directive<SocketDraft>>([
  ['ListenStream', listener(listenAddress('stream'))],
  ['ListenDatagram', listener(listenAddress('dgram'))],
  ['ListenSequentialPacket', listener(listenAddress('seqpacket'))],
  ['ListenFIFO', listener(fifo)],
  ['ListenSpecial', listener(special)],
  ['ListenNetlink', listener(netlink)],
  ['ListenMessageQueue', listener(messageQueue)],
  ['ListenUSBFunction', unread('unsupported')],

  ['SocketProtocol', directive<SocketDraft, 'udplite' | 'sctp' | 'mptcp'>(oneOf(['udplite', 'sctp', 'mptcp']), ({ options }, value) => { options.protocol = value; })],
  ['BindIPv6Only', directive(bindIpv6Only, (draft, value) => { draft.bindIpv6Only = value; }, 'default')],
  ['Backlog', directive(unsigned, ({ options }, value) => { options.backlog = Math.min(value, 2_147_483_647); })],
  ['BindToDevice', expanded(device, ({ options }, value) => { setOrClear(options, 'device', value); }, undefined)],
  ['KeepAlive', directive(boolean, ({ options }, value) => { options.keepAlive = value; })],
  ['KeepAliveTimeSec', directive(seconds, ({ options }, value) => { options.keepAliveTimeSec = value; })],
  ['KeepAliveIntervalSec', directive(seconds, ({ options }, value) => { options.keepAliveIntervalSec = value; })],
  ['KeepAliveProbes', directive(unsigned, ({ options }, value) => { options.keepAliveProbes = value; })],
  ['NoDelay', directive(boolean, ({ options }, value) => { options.noDelay = value; })],
  ['Priority', directive(int, ({ options }, value) => { options.priority = value; })],
  ['DeferAcceptSec', directive(seconds, ({ options }, value) => { options.deferAcceptSec = value; })],
  ['ReceiveBuffer', directive(size, ({ options }, value) => { options.receiveBuffer = value; })],
  ['SendBuffer', directive(size, ({ options }, value) => { options.sendBuffer = value; })],
  ['IPTOS', directive(typeOfService, ({ options }, value) => { options.tos = value; })],
  ['IPTTL', directive(int, ({ options }, value) => { options.ttl = value; })],
  ['Mark', directive(int, ({ options }, value) => { options.mark = value; })],
  ['ReusePort', directive(boolean, ({ options }, value) => { options.reusePort = value; })],
  ['FreeBind', directive(boolean, ({ options }, value) => { options.freeBind = value; })],
  ['Transparent', directive(boolean, ({ options }, value) => { options.transparent = value; })],
  ['Broadcast', directive(boolean, ({ options }, value) => { options.broadcast = value; })],
  ['PassCredentials', directive(boolean, ({ options }, value) => { options.passCredentials = value; })],
  ['PassPIDFD', directive(boolean, ({ options }, value) => { options.passPidfd = value; })],
  ['PassSecurity', directive(boolean, ({ options }, value) => { options.passSecurity = value; })],
  ['PassPacketInfo', directive(boolean, ({ options }, value) => { options.passPacketInfo = value; })],
  ['AcceptFileDescriptors', directive(boolean, ({ options }, value) => { options.acceptFileDescriptors = value; })],
  ['Timestamping', directive(timestamping, ({ options }, value) => { setOrClear(options, 'timestamping', value ?? undefined); }, null)],
  ['TCPCongestion', directive(text, ({ options }, value) => { setOrClear(options, 'congestion', value); }, undefined)],
  ['PipeSize', directive(size, ({ options }, value) => { options.pipeSize = value; })],
  ['MessageQueueMaxMessages', directive(int, ({ options }, value) => { options.queueMessages = value; })],
  ['MessageQueueMessageSize', directive(int, ({ options }, value) => { options.queueMessageSize = value; })],
  ['Writable', directive(boolean, ({ options }, value) => { options.writable = value; })],

  ['SocketUser', needed<SocketDraft, string | null>(account, ({ files }, value) => { files.user = value; }, ACCOUNT)],
  ['SocketGroup', needed<SocketDraft, string | null>(account, ({ files }, value) => { files.group = value; }, ACCOUNT)],
  ['SocketMode', directive(octalMode, ({ files }, value) => { files.mode = value; })],
  ['DirectoryMode', directive(octalMode, ({ files }, value) => { files.directoryMode = value; })],
  ['Symlinks', list(absolutePath, ({ files }) => files.symlinks)],
  ['RemoveOnStop', directive(boolean, ({ files }, value) => { files.removeOnStop = value; })],

  ['Accept', directive(boolean, (draft, value) => { draft.accept = value; })],
  ['Service', expanded<SocketDraft, string | null>(unitOfType('service'), (draft, value) => { draft.service = value; }, null)],
  ['MaxConnections', directive(unsigned, (draft, value) => { draft.maxConnections = value; })],
  ['MaxConnectionsPerSource', directive(unsigned, (draft, value) => { draft.maxConnectionsPerSource = value; })],
  ['TriggerLimitIntervalSec', directive(timeSpan(), (draft, value) => { draft.triggerIntervalMs = value; })],
  ['TriggerLimitBurst', directive(unsigned, (draft, value) => { draft.triggerBurst = value; })],
  ['X-TriggerLimitAction', triggerLimitAction],
  ['DeferTrigger', directive(deferral, (draft, value) => { draft.deferTrigger = value; }, 'no')],
  ['DeferTriggerMaxSec', directive(timeSpan(), (draft, value) => { draft.deferTriggerMaxMs = value; })],
  ['X-TriggerInterruptsRestartDelay', interrupts],
  ['TriggerInterruptsRestartDelay', interrupts],
  ['X-InstanceNaming', naming],
  ['InstanceNaming', naming],
  ['PollLimitIntervalSec', directive(timeSpan(), (draft, value) => { draft.pollIntervalMs = value; })],
  ['PollLimitBurst', directive(unsigned, (draft, value) => { draft.pollBurst = value; })],
  ['FlushPending', directive(boolean, (draft, value) => { draft.flushPending = value; })],
  ['FileDescriptorName', expanded<SocketDraft, string | null>(descriptorName, (draft, value) => { draft.fdName = value; }, null)],
  ['PassFileDescriptorsToExec', directive(boolean, (draft, value) => { draft.passFdsToExec = value; })],
  ['TimeoutSec', directive(timeout, (draft, value) => { draft.timeoutMs = value; })],

  ['ExecStartPre', commands((draft) => draft.commands.startPre)],
  ['ExecStartPost', commands((draft) => draft.commands.startPost)],
  ['ExecStopPre', commands((draft) => draft.commands.stopPre)],
  ['ExecStopPost', commands((draft) => draft.commands.stopPost)],

  ...[
    'XAttrAccept', 'XAttrEntryPoint', 'XAttrListen',
  ].map((key) => [key, unread<SocketDraft>('unsupported')] as const),

  ...within(labelDirectives, ({ exec }: SocketDraft) => exec),
  ...within(execDirectives, ({ exec }: SocketDraft) => exec),
]);

/** All kinds of listeners are one list: an empty value takes back every one. */
function listener(read: ValueReader<ListenTarget>): Directive<SocketDraft> {
  return {
    tier: 'used',
    assign(draft, value, reading) {
      const add = expanded<SocketDraft, ListenTarget>(read, ({ listen }, target) =>
        listen.push({ target, by: reading.assignment }),
      );
      if (value.text === '') draft.listen.length = 0;
      else add.assign(draft, value, reading);
    },
  };
}

function setOrClear<Key extends 'device' | 'timestamping' | 'congestion'>(
  options: SocketDraft['options'],
  key: Key,
  value: SocketDraft['options'][Key],
): void {
  if (value === undefined) delete options[key];
  else options[key] = value;
}
