/** One block of xinetd.conf(5) to be written: a service in one of its places, and what its words follow from. */

import { basename } from 'node:path';
import type { Service } from '../../../model/service.ts';
import type { Names } from '../../names.ts';
import { type AccountNames, knownUser } from '../account.ts';
import type { Place } from './places.ts';

/** What writing depends on besides the services. */
export interface XinetdTarget {
  readonly names: Pick<Names, 'port' | 'rpcProgram'> & AccountNames;
  /** Starts in 60 s that the language of the services gives to one without a limit of its own. */
  readonly usualPerMinute: number | null;
}

/** A block. */
export interface Block {
  readonly service: Service;
  /** null: it is reached through tcpmux. */
  readonly place: Place | null;
  readonly id: string;
  readonly target: XinetdTarget;
}

/** The name behind `service`. */
export function headerOf({ service: { mux, rpc, action, label } }: Pick<Block, 'service'>): string {
  if (mux !== undefined) return mux.name;
  if (rpc !== undefined) return rpc.name;
  return action.kind === 'builtin' ? action.name : label.slice(0, label.lastIndexOf('/'));
}

/** The name of the protocol. */
export function protocolOf({ service, place }: Block): string {
  const { type = 'stream', protocol = 0 } = place?.socket ?? {};
  if (type === 'raw') return service.label.slice(service.label.lastIndexOf('/') + 1);
  if (protocol === SCTP) return 'sctp';
  return type === 'dgram' ? 'udp' : 'tcp';
}

/** IPPROTO_SCTP. */
const SCTP = 132;

/** The port; null: the service has none of its own. */
export function portOf({ service, place }: Block): number | null {
  if (place === null || service.rpc !== undefined || place.socket.address.kind === 'unix') return null;
  return place.socket.address.port;
}

/** Whether /etc/services or /etc/rpc leads from the name to the service. */
export function isListed(block: Block): boolean {
  const { service, target } = block;
  const { rpc } = service;
  if (rpc !== undefined) return target.names.rpcProgram(rpc.name) === rpc.program;
  const protocol = protocolOf(block);
  const isKnown = protocol === 'tcp' || protocol === 'udp';
  return isKnown && target.names.port(headerOf(block), protocol) === portOf(block);
}

/** argv[0] is not the name of the program's file: it is written out. */
export function namesInArgs({ action }: Service): boolean {
  return action.kind === 'exec' && action.argv[0] !== basename(action.program);
}

/** The name that hosts.allow and hosts.deny are asked about where none is written. */
export function wrapName(block: Block): string {
  const { action } = block.service;
  if (action.kind !== 'exec') return headerOf(block);
  return basename((namesInArgs(block.service) ? action.argv[0] : undefined) ?? action.program);
}

/** The user as it is written, with the group and the groups that this alone gives. Digits are a number, never a name. */
export function writtenUser({ service: { account }, target: { names } }: Block): {
  readonly word: string;
  readonly gid: number;
  readonly groups: readonly number[];
} {
  const known = knownUser(account, names);
  const isNumber = /^\d+$/.test(account.user);
  const isName = !isNumber && known?.user === account.user;
  if (isName) return { word: account.user, gid: known.gid, groups: known.groups };
  return { word: String(account.uid), gid: account.uid, groups: known?.groups ?? [] };
}
