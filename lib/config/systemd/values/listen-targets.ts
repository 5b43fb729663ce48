/** What the Listen…= keys take that are no sockets of a network (systemd.socket(5)). */

import type { ListenTarget } from '../../../model/socket-unit.ts';
import { withoutVar } from './address.ts';
import { absolutePath } from './simple.ts';
import type { Read } from './value.ts';

/** ListenFIFO=. */
export function fifo(text: string): Read<ListenTarget> {
  const path = absolutePath(text);
  return 'problem' in path ? path : { value: { kind: 'fifo', path: withoutVar(path.value) } };
}

/** ListenSpecial=. */
export function special(text: string): Read<ListenTarget> {
  const path = absolutePath(text);
  return 'problem' in path ? path : { value: { kind: 'special', path: path.value } };
}

/** ListenNetlink=: a family of netlink(7) and a multicast group. */
export function netlink(text: string): Read<ListenTarget> {
  const [family = '', group = '0', ...more] = text.split(/\s+/);
  if (more.length > 0 || !/^\d{1,9}$/.test(group)) return { problem: `'${text}' is no family and group` };
  if (!NETLINK_FAMILIES.includes(family) && !/^\d{1,2}$/.test(family))
    return { problem: `'${family}' is no netlink family` };
  return { value: { kind: 'netlink', family, group: Number(group) } };
}

const NETLINK_FAMILIES = [
  'route',
  'firewall',
  'inet-diag',
  'nflog',
  'xfrm',
  'selinux',
  'iscsi',
  'audit',
  'fib-lookup',
  'connector',
  'netfilter',
  'ip6-fw',
  'dnrtmsg',
  'kobject-uevent',
  'generic',
  'scsitransport',
  'ecryptfs',
  'rdma',
];

/** ListenMessageQueue=: a name of mq_overview(7). */
export function messageQueue(text: string): Read<ListenTarget> {
  if (/^\/[^/]{1,254}$/.test(text)) return { value: { kind: 'message-queue', name: text } };
  return { problem: `'${text}' is no name of a message queue: a slash and a name without any` };
}
