/** The fields of a line of inetd.conf(5): a row for each, in their order. */

import { builtinByName } from '../../inetd/builtin-names.ts';
import { knownUser } from '../account.ts';
import { countersOf } from './limits.ts';
import type { Line } from './line.ts';

/** service type protocol wait user program arguments. */
export const FIELDS: readonly ((line: Line) => readonly string[])[] = [
  (line) => [`${line.place?.host ?? ''}${serviceWord(line)}`],
  (line) => [`${line.place?.socket.type ?? 'stream'}${countersOf(line).type}`],
  (line) => [`${protocolWord(line)}${buffers(line)}`],
  (line) => [`${line.service.activation}${countersOf(line).wait}`],
  (line) => [ownerWord(line) ?? 'root'],
  ({ service: { action } }) => [action.kind === 'exec' ? action.program : 'internal'],
  argumentWords,
];

/** The service itself: a name where /etc/services has it, else the port. */
export function serviceWord(line: Line): string {
  const { service, place, target } = line;
  const { mux, rpc, action, label } = service;
  if (mux !== undefined) return `tcpmux/${mux.plus ? '+' : ''}${mux.name}`;
  if (rpc !== undefined) {
    const name = target.names.rpcProgram(rpc.name) === rpc.program ? rpc.name : String(rpc.program);
    return `${name}/${rpc.low === rpc.high ? rpc.low : `${rpc.low}-${rpc.high}`}`;
  }
  const address = place?.socket.address;
  if (address?.kind === 'unix') return unixWord(line, address.path);
  const written = label.slice(0, label.lastIndexOf('/'));
  if (place?.socket.type === 'raw') return written;
  const wanted = action.kind === 'builtin' ? action.name : written;
  const transport = transportOf(line);
  const isListed = target.names.port(wanted, transport) === address?.port && !/^\d+$/.test(wanted);
  return isListed ? wanted : String(address?.port ?? '');
}

/** Whether the builtin of a line is the one that its name or port leads to. */
export function leadsToBuiltin(line: Line): boolean {
  const { service, rules, forms, target, place } = line;
  const { action } = service;
  const address = place?.socket.address;
  if (action.kind !== 'builtin') return true;
  if (address?.kind === 'unix') return address.path.slice(address.path.lastIndexOf('/') + 1) === action.name;
  const word = serviceWord(line);
  if (word === action.name) return true;
  if (!rules.builtinByPort || !forms.namedBuiltin) return false;
  const named = builtinByName(target.names.serviceName(Number(word), transportOf(line)) ?? '');
  return named === null ? action.name !== 'auth' || action.args.length === 0 : named === action.name;
}

/** tcp or udp, as /etc/services has it. */
export function transportOf({ place }: Line): 'tcp' | 'udp' {
  return place?.socket.type === 'dgram' ? 'udp' : 'tcp';
}

/** The user, with a group where it is not the user's own; null: the system has no such user. */
export function ownerWord({ service: { account }, target: { names } }: Line): string | null {
  const known = knownUser(account, names);
  if (known === null) return null;
  return known.gid === account.gid ? known.user : `${known.user}:${account.gid}`;
}

function unixWord({ forms, place, rules }: Line, path: string): string {
  const file = place?.socket.file;
  const owner = file?.owner;
  const isUsual = owner === undefined && file?.mode === rules.unixMode;
  if (isUsual || !forms.unixOwner || owner === undefined || file === undefined) return path;
  return `:${owner.uid}:${owner.gid}:0${file.mode.toString(8)}:${path}`;
}

function protocolWord(line: Line): string {
  const { service, place } = line;
  if (place?.socket.address.kind === 'unix') return 'unix';
  if (place?.socket.type === 'raw') return service.label.slice(service.label.lastIndexOf('/') + 1);
  const transport = place?.socket.protocol === SCTP ? 'sctp' : transportOf(line);
  return `${service.rpc === undefined ? '' : 'rpc/'}${transport}${place?.suffix ?? ''}`;
}

/** IPPROTO_SCTP. */
const SCTP = 132;

function buffers({ place, forms }: Line): string {
  if (!forms.buffers || place === null) return '';
  const { sendBuffer, receiveBuffer } = place.socket;
  return [
    sendBuffer === undefined ? '' : `,sndbuf=${sendBuffer}`,
    receiveBuffer === undefined ? '' : `,rcvbuf=${receiveBuffer}`,
  ].join('');
}

function argumentWords(line: Line): readonly string[] {
  const { action } = line.service;
  if (action.kind === 'exec') return action.argv;
  if (action.kind !== 'builtin') return [];
  if (action.args.length > 0) return action.args;
  const isNamed = line.place?.socket.address.kind === 'unix' || serviceWord(line) === action.name;
  return isNamed ? [] : [action.name];
}
