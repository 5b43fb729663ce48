/** The options of the sockets of units: what is set, in which order, and how a refusal is told (systemd.socket(5)). */

import type { ListenTarget, SocketOptions } from '../model/socket-unit.ts';
import { errnoName } from '../sys/errno.ts';
import type { Fd } from '../sys/socket.ts';
import { getOption, type SocketOption, setOption, trySetOption } from '../sys/socket-options.ts';

/** An option that the kernel did not take; the socket goes on without it. */
export interface OptionWarning {
  /** The setting that asked for it: `NoDelay`. */
  readonly setting: string;
  readonly option: string;
  /** EOPNOTSUPP and ENOPROTOOPT: sockets of this kind have no such option. */
  readonly code: string;
}

/** One option to set. With `force` the kernel caps it for others than the administrator. */
export interface OptionCall {
  readonly setting: string;
  readonly option: SocketOption;
  readonly value: number | string;
  readonly force?: SocketOption;
}

/** What a target and its options say; undefined: nothing is set. */
type Reader = (options: SocketOptions, target: ListenTarget) => number | string | undefined;
type Row = readonly [setting: string, option: SocketOption, value: Reader, force?: SocketOption];

const flag = (value: boolean | undefined) => (value === undefined ? undefined : Number(value));
/** Options that are off unless asked for. */
const on = (value: boolean | undefined) => (value === true ? 1 : undefined);
const isIp = ({ kind }: ListenTarget) => kind === 'inet';
const isV6 = (target: ListenTarget) => target.kind === 'inet' && target.family === 6;
const isV4 = (target: ListenTarget) => target.kind === 'inet' && target.family === 4;

/** Before bind(2). Where one of these is not taken, the socket would not be what was asked for. */
// biome-ignore format: a table
const NEEDED: readonly Row[] = [
  ['BindIPv6Only', 'IPV6_V6ONLY', (o, t) => (isV6(t) ? flag(o.v6Only) : undefined)],
  ['BindToDevice', 'SO_BINDTODEVICE', (o, t) => (isIp(t) && o.device !== undefined ? `${o.device}\0` : undefined)],
];

/** Before bind(2), too. */
// biome-ignore format: a table
const BEFORE_BIND: readonly Row[] = [
  ['ReusePort', 'SO_REUSEPORT', (o, t) => (isIp(t) ? on(o.reusePort) : undefined)],
  ['FreeBind', 'IP_FREEBIND', (o, t) => (isV4(t) ? on(o.freeBind) : undefined)],
  ['FreeBind', 'IPV6_FREEBIND', (o, t) => (isV6(t) ? on(o.freeBind) : undefined)],
  ['Transparent', 'IP_TRANSPARENT', (o, t) => (isV4(t) ? on(o.transparent) : undefined)],
  ['Transparent', 'IPV6_TRANSPARENT', (o, t) => (isV6(t) ? on(o.transparent) : undefined)],
];

/** On the open socket, and again on every connection that is accepted from it. */
// biome-ignore format: a table
const OPEN: readonly Row[] = [
  ['KeepAlive', 'SO_KEEPALIVE', (o) => on(o.keepAlive)],
  ['KeepAliveTimeSec', 'TCP_KEEPIDLE', (o) => o.keepAliveTimeSec],
  ['KeepAliveIntervalSec', 'TCP_KEEPINTVL', (o) => o.keepAliveIntervalSec],
  ['KeepAliveProbes', 'TCP_KEEPCNT', (o) => o.keepAliveProbes],
  ['DeferAcceptSec', 'TCP_DEFER_ACCEPT', (o) => o.deferAcceptSec],
  ['NoDelay', 'TCP_NODELAY', (o) => (o.protocol === 'sctp' ? undefined : on(o.noDelay))],
  ['NoDelay', 'SCTP_NODELAY', (o) => (o.protocol === 'sctp' ? on(o.noDelay) : undefined)],
  ['Broadcast', 'SO_BROADCAST', (o) => on(o.broadcast)],
  ['PassCredentials', 'SO_PASSCRED', (o) => on(o.passCredentials)],
  ['PassPIDFD', 'SO_PASSPIDFD', (o) => on(o.passPidfd)],
  ['PassSecurity', 'SO_PASSSEC', (o) => on(o.passSecurity)],
  ['PassPacketInfo', 'IP_PKTINFO', (o, t) => (isIp(t) ? on(o.passPacketInfo) : undefined)],
  ['PassPacketInfo', 'IPV6_RECVPKTINFO', (o, t) => (isV6(t) ? on(o.passPacketInfo) : undefined)],
  ['PassPacketInfo', 'NETLINK_PKTINFO', (o, t) => (t.kind === 'netlink' ? on(o.passPacketInfo) : undefined)],
  ['AcceptFileDescriptors', 'SO_PASSRIGHTS', (o) => (o.acceptFileDescriptors === false ? 0 : undefined)],
  ['Timestamping', 'SO_TIMESTAMP', (o) => on(o.timestamping === 'us')],
  ['Timestamping', 'SO_TIMESTAMPNS', (o) => on(o.timestamping === 'ns')],
  ['Priority', 'SO_PRIORITY', (o) => o.priority],
  ['ReceiveBuffer', 'SO_RCVBUF', (o) => o.receiveBuffer, 'SO_RCVBUFFORCE'],
  ['SendBuffer', 'SO_SNDBUF', (o) => o.sendBuffer, 'SO_SNDBUFFORCE'],
  ['Mark', 'SO_MARK', (o) => o.mark],
  ['IPTOS', 'IP_TOS', (o, t) => (isIp(t) ? o.tos : undefined)],
  ['IPTTL', 'IP_TTL', (o, t) => (isV4(t) ? o.ttl : undefined)],
  ['IPTTL', 'IPV6_UNICAST_HOPS', (o, t) => (isV6(t) ? o.ttl : undefined)],
  ['TCPCongestion', 'TCP_CONGESTION', (o) => o.congestion],
];

/** Sets what must be set before bind(2); throws a SystemError where the socket could not be what was asked for. */
export function setBeforeBind(
  fd: Fd,
  target: ListenTarget,
  options: SocketOptions,
): readonly OptionWarning[] {
  for (const { option, value } of callsOf(NEEDED, target, options)) setOption(fd, option, value);
  const warnings = setOptions(fd, callsOf(BEFORE_BIND, target, options));
  setOption(fd, 'SO_REUSEADDR', 1);
  return warnings;
}

/** The options of an open socket and of each connection: made once, set often. */
export function openOptions(target: ListenTarget, options: SocketOptions): readonly OptionCall[] {
  return callsOf(OPEN, target, options);
}

/** Sets them one by one; what the kernel refuses is returned. */
export function setOptions(fd: Fd, calls: readonly OptionCall[]): readonly OptionWarning[] {
  return calls.flatMap((call) => {
    const { setting, option } = call;
    const result = setOne(fd, call);
    return result < 0 ? [{ setting, option, code: errnoName(-result) }] : [];
  });
}

function setOne(fd: Fd, { option, value, force }: OptionCall): number {
  if (force === undefined || typeof value !== 'number') return trySetOption(fd, option, value);
  // The kernel keeps twice the size, for its own needs (socket(7)).
  if (getOption(fd, option) === value * 2) return 0;
  const result = trySetOption(fd, option, value);
  return result < 0 || getOption(fd, option) === value * 2 ? result : trySetOption(fd, force, value);
}

function callsOf(rows: readonly Row[], target: ListenTarget, options: SocketOptions): readonly OptionCall[] {
  return rows.flatMap(([setting, option, read, force]) => {
    const value = read(options, target);
    return value === undefined ? [] : [{ setting, option, value, ...(force && { force }) }];
  });
}
