/** Listen lines as text, and what makes two of them the same. */

import type { ListenTarget } from './socket-unit.ts';

/** The types of listen lines, in the words of systemctl(1), list-sockets --show-types. */
export type TargetType =
  | 'Stream'
  | 'Datagram'
  | 'SequentialPacket'
  | 'FIFO'
  | 'Special'
  | 'Netlink'
  | 'MessageQueue';

const SOCKET_TYPES = { stream: 'Stream', dgram: 'Datagram', seqpacket: 'SequentialPacket' } as const;

/** Which of the Listen…= keys it came from. */
export function targetType(target: ListenTarget): TargetType {
  switch (target.kind) {
    case 'inet':
    case 'unix':
    case 'abstract':
    case 'vsock':
      return SOCKET_TYPES[target.type];
    case 'fifo':
      return 'FIFO';
    case 'special':
      return 'Special';
    case 'netlink':
      return 'Netlink';
    case 'message-queue':
      return 'MessageQueue';
  }
}

/** Its address as systemctl(1) shows it: `[::]:80`, `127.0.0.1:80`, `/run/x.sock`, `@x`, `vsock::1234`, `route 1`. */
export function formatTarget(target: ListenTarget): string {
  switch (target.kind) {
    case 'inet':
      return target.family === 4 ? `${target.host}:${target.port}` : formatIpv6(target.host, target.port);
    case 'unix':
    case 'fifo':
    case 'special':
      return target.path;
    case 'abstract':
      return `@${target.name}`;
    case 'vsock':
      return `vsock:${target.cid ?? ''}:${target.port}`;
    case 'netlink':
      return `${target.family} ${target.group}`;
    case 'message-queue':
      return target.name;
  }
}

/** The zone stands behind the port (systemd.socket(5)); equal addresses become equal text. */
function formatIpv6(host: string, port: number): string {
  const [address = '', zone] = host.split('%', 2);
  const text = address.includes('.') ? `[${address}]` : new URL(`http://[${address}]`).hostname;
  return `${text}:${port}${zone === undefined ? '' : `%${zone}`}`;
}

/** The key under which a reload finds an open descriptor again; options are no part of it. */
export function targetKey(target: ListenTarget): string {
  return `${targetType(target)} ${formatTarget(target)}`;
}

/** Whether connections are accepted from it: what listen(2) is for. */
export function isAccepting(target: ListenTarget): boolean {
  return 'type' in target && target.type !== 'dgram';
}

/** The node in the file system that it makes, or null. */
export function nodeOf(target: ListenTarget): string | null {
  return target.kind === 'unix' || target.kind === 'fifo' ? target.path : null;
}
