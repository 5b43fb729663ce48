/** What ListenStream= and its kin take (systemd.socket(5)). */

import { isIPv4, isIPv6 } from 'node:net';
import type { ListenTarget } from '../../../model/socket-unit.ts';
import type { Read, ValueReader } from './value.ts';

type Type = 'stream' | 'dgram' | 'seqpacket';

/** A reader of the addresses of one type of socket. Names of hosts and services are none: nothing is looked up. */
export function listenAddress(type: Type): ValueReader<ListenTarget> {
  return (text) => {
    const found = FORMS.flatMap((form) => form(text, type) ?? []).at(0);
    return found ?? { problem: `'${text}' is no address: ${EXPECTED}` };
  };
}

const EXPECTED = 'write a port, 127.0.0.1:PORT, [::1]:PORT, /a/path, @name or vsock:CID:PORT';

/** A form says nothing about texts that do not look like it. */
type Form = (text: string, type: Type) => Read<ListenTarget> | null;

const FORMS: readonly Form[] = [unixPath, abstractName, vsock, port, ipv4, ipv6];

/** sun_path of unix(7) without its last NUL. */
const PATH_MAX = 107;

function unixPath(text: string, type: Type): Read<ListenTarget> | null {
  if (!/^\/[^/]/.test(text)) return null;
  if (Buffer.byteLength(text) > PATH_MAX)
    return { problem: `the path has ${Buffer.byteLength(text)} bytes, and no socket more than ${PATH_MAX}` };
  return { value: { kind: 'unix', path: withoutVar(text), type } };
}

/** /var/run is /run (systemd.socket(5) of old files). */
export function withoutVar(path: string): string {
  return path.startsWith('/var/run/') ? path.slice('/var'.length) : path;
}

function abstractName(text: string, type: Type): Read<ListenTarget> | null {
  if (!text.startsWith('@') || text === '@') return null;
  const name = text.slice(1);
  if (Buffer.byteLength(name) > PATH_MAX)
    return { problem: `the name has ${Buffer.byteLength(name)} bytes, and no socket more than ${PATH_MAX}` };
  return { value: { kind: 'abstract', name, type } };
}

function vsock(text: string, type: Type): Read<ListenTarget> | null {
  const [, cid, number] = /^vsock(?:-stream|-dgram|-seqpacket)?:(\d*):(\d+)$/.exec(text) ?? [];
  if (cid === undefined || number === undefined) return null;
  if (Number(cid) >= 2 ** 32 || Number(number) >= 2 ** 32) return null;
  if (type === 'seqpacket') return { problem: `'${text}' cannot carry sequential packets` };
  return { value: { kind: 'vsock', cid: cid === '' ? null : Number(cid), port: Number(number), type } };
}

/** A port alone is every address, of IPv4 too. */
function port(text: string, type: Type): Read<ListenTarget> | null {
  return /^\d+$/.test(text) ? inet({ family: 6, host: '::', port: text }, type) : null;
}

function ipv4(text: string, type: Type): Read<ListenTarget> | null {
  const [, host = '', number = ''] = /^([\d.]+):(\d+)$/.exec(text) ?? [];
  return isIPv4(host) ? inet({ family: 4, host, port: number }, type) : null;
}

function ipv6(text: string, type: Type): Read<ListenTarget> | null {
  const [, host = '', number = '', zone] = /^\[([0-9a-fA-F:.]+)\]:(\d+)(?:%([^\s/%]+))?$/.exec(text) ?? [];
  if (!isIPv6(host)) return null;
  return inet({ family: 6, host: zone === undefined ? host : `${host}%${zone}`, port: number }, type);
}

interface Inet {
  readonly family: 4 | 6;
  readonly host: string;
  readonly port: string;
}

/** Ports are decimal, whatever they begin with. */
function inet({ family, host, port: text }: Inet, type: Type): Read<ListenTarget> | null {
  const number = Number(text);
  if (number < 1 || number > 65_535) return { problem: `port ${text} is not from 1 to 65535` };
  if (type === 'seqpacket') return { problem: 'sequential packets need a Unix socket' };
  return { value: { kind: 'inet', family, host, port: number, type } };
}
