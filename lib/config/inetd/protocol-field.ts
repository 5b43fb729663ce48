/** The protocol word: `tcp46`, `rpc/udp`, `unix`, `tcp,sndbuf=64k`. */

import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { SocketType } from '../../model/address.ts';
import { didYouMean } from '../spelling.ts';
import { readBuffers } from './buffer-options.ts';
import type { BufferSizes, ProtocolField, WrittenFamily } from './entry.ts';
import { partOf, type Word } from './words.ts';

/** The protocol, its buffer options, and its own text without them. */
export interface ProtocolWord {
  readonly protocol: ProtocolField;
  readonly buffers: BufferSizes;
  readonly text: string;
}

/** Digits behind a transport. `64` is an old spelling of `46`. */
const families: Readonly<Record<string, WrittenFamily>> = {
  '': 'plain',
  '4': '4',
  '6': '6',
  '6only': '6only',
  '46': '46',
  '64': '46',
};

/** Solaris' network types and identifiers of RPC entries, and the transport each stands for. */
const netTypes: Readonly<Record<string, 'tcp' | 'udp'>> = {
  datagram_n: 'udp',
  datagram_v: 'udp',
  circuit_n: 'tcp',
  circuit_v: 'tcp',
};

const examples = ['tcp', 'tcp4', 'tcp6', 'tcp46', 'tcp6only', 'udp', 'udp4', 'udp6', 'udp46', 'unix'];

/** Reads the field; null when it is reported as wrong. A raw socket may name any protocol of /etc/protocols. */
export function readProtocol(
  word: Word,
  type: SocketType | null,
  diagnostics: Diagnostics,
): ProtocolWord | null {
  const [text = '', ...pieces] = word.text.split(',');
  const base = withoutTtcp(word, text, diagnostics);
  if (base === null) return null;
  const netIds = base.startsWith('rpc/') ? pieces.filter((piece) => !piece.includes('=')) : [];
  const protocol = choose([base, ...netIds.map((piece) => `rpc/${piece.replace(/^rpc\//, '')}`)], type);
  if (protocol === null) return refuse(word, base, diagnostics);
  const options = pieces.filter((piece) => !netIds.includes(piece));
  const buffers = readBuffers(word, options, diagnostics);
  return buffers && { protocol, buffers, text: base };
}

/** A protocol word alone, as in the key-value form. */
export function readProtocolName(
  word: Word,
  type: SocketType | null,
  diagnostics: Diagnostics,
): ProtocolField | null {
  const base = withoutTtcp(word, word.text, diagnostics);
  if (base === null) return null;
  return choose([base], type) ?? refuse(word, base, diagnostics);
}

function withoutTtcp(word: Word, text: string, diagnostics: Diagnostics): string | null {
  if (/^faith\/|\/faith$/.test(text)) {
    const help = 'write the protocol without it: faith(4) no longer exists';
    diagnostics.error('inetd/faith', partOf(word, 0, text.length), 'faith is no longer served', help);
    return null;
  }
  if (!text.endsWith('/ttcp')) return text;
  const base = text.slice(0, -'/ttcp'.length);
  const help = `write '${base}': T/TCP no longer exists`;
  diagnostics.note('inetd/ttcp', partOf(word, base.length, text.length), "'/ttcp' has no effect", help);
  return base;
}

/** The first of the words that is known and, if there are several, fits the socket type. */
function choose(words: readonly string[], type: SocketType | null): ProtocolField | null {
  const known = words.map((word) => protocolOf(word, type)).filter((protocol) => protocol !== null);
  const wanted = type === 'stream' ? 'tcp' : 'udp';
  return (
    known.find((protocol) => protocol.kind === 'inet' && protocol.transport === wanted) ?? known[0] ?? null
  );
}

function protocolOf(word: string, type: SocketType | null): ProtocolField | null {
  const rpc = word.startsWith('rpc/');
  const name = rpc ? word.slice('rpc/'.length) : word;
  if (rpc && name === '*') {
    return { kind: 'inet', transport: type === 'stream' ? 'tcp' : 'udp', family: 'plain', rpc };
  }
  const netType = rpc ? netTypes[name] : undefined;
  if (netType !== undefined) return { kind: 'inet', transport: netType, family: 'plain', rpc };
  const [, transport, digits = ''] = /^(tcp|udp|sctp)([0-9a-z]*)$/.exec(name) ?? [];
  const family = families[digits];
  if (transport !== undefined && family !== undefined && !(rpc && transport === 'sctp')) {
    if (type === 'raw') return { kind: 'raw', name: transport, family: family.startsWith('6') ? 6 : 4 };
    return { kind: 'inet', transport: transport as 'tcp' | 'udp' | 'sctp', family, rpc };
  }
  if (name === 'unix' && !rpc) return { kind: 'unix' };
  const raw = type === 'raw' && !rpc && name !== '';
  return raw ? { kind: 'raw', name, family: name.startsWith('ipv6') ? 6 : 4 } : null;
}

function refuse(word: Word, base: string, diagnostics: Diagnostics): null {
  const help = didYouMean(base, examples, 'write tcp or udp, with 4, 6 or 46 behind it, or unix');
  diagnostics.error('inetd/bad-protocol', partOf(word, 0, base.length), `'${base}' is no protocol`, help);
  return null;
}
