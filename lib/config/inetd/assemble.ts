/** Puts the fields of an entry together, whichever form they were written in, and checks that they fit. */

import type { Diagnostics, Source, Span } from '../../diagnostics/diagnostic.ts';
import type { SocketType } from '../../model/address.ts';
import type { Origin } from '../../model/service.ts';
import type { DialectRules } from './dialects.ts';
import type { Entry, EntrySpans, Host, OwnerField, ProtocolField, WrittenLimits } from './entry.ts';
import type { ProtocolWord } from './protocol-field.ts';
import { type FirstField, readFirstField } from './service-field.ts';
import type { TypeField } from './type-field.ts';
import type { WaitField } from './wait-field.ts';
import type { Word } from './words.ts';

/** Where an entry stands and what the lines above it decided. */
export interface EntryContext {
  readonly source: Source;
  readonly origin: Origin;
  readonly hosts: readonly Host[];
  readonly ipsec: string | null;
  readonly rules: DialectRules;
  readonly diagnostics: Diagnostics;
}

/** The fields of an entry, each read by itself. */
export interface Fields {
  readonly form: Entry['form'];
  readonly on: boolean;
  /** Hosts that stand apart from the service: `host: service`, or NetBSD's `bind`. */
  readonly prefix: readonly Host[] | null;
  readonly first: Word;
  readonly type: TypeField;
  readonly protocol: ProtocolWord;
  readonly wait: WaitField;
  readonly owner: OwnerField;
  readonly program: Word | null;
  readonly args: readonly Word[];
  readonly ipsec: string | null;
  readonly spans: EntrySpans;
}

/** The entry, or null when its fields do not fit; that is reported. */
export function assemble(fields: Fields, context: EntryContext): Entry | null {
  const { diagnostics, rules } = context;
  const { protocol } = fields.protocol;
  const first = readFirstField(fields.first, protocol, rules, diagnostics);
  const fits = typeFits(fields.type.type, protocol, fields.spans.type, diagnostics);
  if (first === null || !fits || !muxFits(first, fields, diagnostics) || !ipMaxFits(fields, diagnostics))
    return null;
  const written = first.hosts ?? fields.prefix;
  if (protocol.kind === 'unix' && written !== null) {
    const help = 'write the path alone';
    diagnostics.note('inetd/host-ignored', fields.spans.service, 'a Unix socket has no host', help);
  }
  const hosts = hasHosts(first, protocol) ? (written ?? inherited(context, fields.spans.service)) : [];
  const placed = placeByHost(protocol, hosts, fields, diagnostics);
  if (placed === null) return null;
  const isMux = first.service.kind === 'mux';
  return {
    source: context.source,
    origin: context.origin,
    form: fields.form,
    on: fields.on,
    hosts,
    hostsInherited: written === null,
    service: first.service,
    serviceText: first.text,
    type: fields.type.type,
    protocol: placed,
    protocolText: fields.protocol.text,
    buffers: fields.protocol.buffers,
    activation: isMux ? 'nowait' : fields.wait.activation,
    limits: limitsOf(fields, diagnostics),
    owner: fields.owner,
    program: fields.program,
    args: fields.args,
    ipsec: fields.ipsec,
    spans: fields.spans,
  };
}

/** The protocols that each type of socket goes with. Linux opens no rdm socket of these families. */
const fitting: Readonly<Record<SocketType, readonly string[]>> = {
  stream: ['tcp', 'sctp', 'unix'],
  dgram: ['udp', 'unix'],
  seqpacket: ['unix', 'sctp'],
  raw: ['raw'],
  rdm: [],
};

function typeFits(type: SocketType, protocol: ProtocolField, span: Span, diagnostics: Diagnostics): boolean {
  const kind = protocol.kind === 'inet' ? protocol.transport : protocol.kind;
  if (fitting[type].includes(kind)) return true;
  const known = fitting[type];
  const help =
    known.length === 0
      ? "Linux has no such sockets: write 'dgram' with udp or unix"
      : `${type} goes with ${known.join(', ')}; tcp with stream, udp with dgram`;
  diagnostics.error('inetd/type-protocol', span, `a ${type} socket does not go with ${kind}`, help);
  return false;
}

function muxFits({ service }: FirstField, fields: Fields, diagnostics: Diagnostics): boolean {
  if (service.kind !== 'mux') return true;
  const { protocol, buffers } = fields.protocol;
  const isTcp = protocol.kind === 'inet' && protocol.transport === 'tcp' && fields.type.type === 'stream';
  const hasBuffers = buffers.sndbuf !== undefined || buffers.rcvbuf !== undefined;
  if (isTcp && !hasBuffers && fields.program !== null) return true;
  const help =
    "write 'stream tcp nowait', no buffer sizes, and a program; it is called through the tcpmux service";
  diagnostics.error(
    'inetd/bad-mux',
    fields.spans.service,
    'a tcpmux service is a program called over tcp',
    help,
  );
  return false;
}

function ipMaxFits({ wait, type, program, spans }: Fields, diagnostics: Diagnostics): boolean {
  const handsListenerOver = wait.activation === 'wait' && type.type !== 'dgram' && program !== null;
  if (wait.limits.ipMax === undefined || !handsListenerOver) return true;
  const help = "write 'wait = no', or limit the starts of all clients with service_max";
  diagnostics.error(
    'inetd/ip-max-wait',
    spans.wait,
    'ip_max needs to see who calls, a wait server does not tell',
    help,
  );
  return false;
}

/** An inherited host may stand in another file: what is wrong with it is said at the service. */
function inherited({ hosts }: EntryContext, span: Span): readonly Host[] {
  return hosts.map((host) => (host.kind === 'any' ? host : { ...host, span }));
}

function hasHosts({ service }: FirstField, protocol: ProtocolField): boolean {
  return protocol.kind !== 'unix' && service.kind !== 'mux';
}

/** The key-value form takes the family of a protocol without a digit from the host, which must be an address. */
function placeByHost(
  protocol: ProtocolField,
  hosts: readonly Host[],
  { form, spans }: Fields,
  diagnostics: Diagnostics,
): ProtocolField | null {
  const isPlain = protocol.kind === 'inet' && protocol.family === 'plain';
  if (form === 'positional' || !isPlain || hosts.length === 0) return protocol;
  if (hosts.every((host) => host.kind === 'address')) return { ...protocol, family: 'host' };
  const help = `write '${protocol.transport}4', '${protocol.transport}6' or '${protocol.transport}46', or a numeric bind address`;
  diagnostics.error(
    'inetd/ambiguous-family',
    spans.protocol,
    'neither the protocol nor the host says IPv4 or IPv6',
    help,
  );
  return null;
}

function limitsOf({ type, wait, spans }: Fields, diagnostics: Diagnostics): WrittenLimits {
  const { perAddressPerMinute, perAddressChildren } = wait.limits;
  const counted = type.children === undefined ? wait.limits : { children: type.children, ...wait.limits };
  if (wait.activation === 'nowait') return counted;
  const useless = [counted.children, perAddressPerMinute, perAddressChildren];
  if (useless.some((limit) => typeof limit === 'number' && limit !== 1)) {
    const help = "a wait server is alone and takes its clients itself: write 'nowait' to have them counted";
    diagnostics.warning(
      'inetd/counter-ignored',
      spans.wait,
      'limits of children and clients have no effect',
      help,
    );
  }
  const { children: _, perAddressPerMinute: __, perAddressChildren: ___, ...kept } = counted;
  return kept;
}
