/** An entry of inetd.conf as it is written: every field understood by itself, no name looked up yet. */

import type { Source, Span } from '../../diagnostics/diagnostic.ts';
import type { SocketType } from '../../model/address.ts';
import type { Activation, Origin } from '../../model/service.ts';
import type { Word } from './words.ts';

/** A host to listen on: every address, an address, or a name to be resolved. */
export type Host =
  | { readonly kind: 'any'; readonly span: Span }
  | { readonly kind: 'address'; readonly family: 4 | 6; readonly address: string; readonly span: Span }
  | { readonly kind: 'name'; readonly name: string; readonly span: Span };

/** What the first field names. A name is one of /etc/services, an RPC program a name of /etc/rpc or a number. */
export type ServiceField =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'path'; readonly path: string; readonly file: UnixOwner | null }
  | { readonly kind: 'rpc'; readonly program: string; readonly versions: Versions }
  | { readonly kind: 'mux'; readonly name: string; readonly plus: boolean };

/** The versions of an RPC program, both included. */
export interface Versions {
  readonly low: number;
  readonly high: number;
}

/** FreeBSD's `:user:group:mode:` before the path of a Unix socket. */
export interface UnixOwner {
  readonly user: string;
  readonly group: string;
  readonly mode: number;
}

/** `unix`, a transport over IP with the family written behind it, or a protocol of raw sockets. */
export type ProtocolField =
  | { readonly kind: 'unix' }
  | {
      readonly kind: 'inet';
      readonly transport: 'tcp' | 'udp' | 'sctp';
      readonly family: WrittenFamily;
      readonly rpc: boolean;
    }
  | { readonly kind: 'raw'; readonly name: string; readonly family: 4 | 6 };

/** `plain`: no digit, the dialect decides; `host`: no digit, the address of the host decides (NetBSD's key-value form). */
export type WrittenFamily = 'plain' | 'host' | '4' | '6' | '6only' | '46';

/** Bytes. */
export interface BufferSizes {
  readonly sndbuf?: number;
  readonly rcvbuf?: number;
}

/** Limits as written: absent is not written, null is no limit. */
export interface WrittenLimits {
  readonly perMinute?: number | null;
  readonly children?: number | null;
  readonly perAddressPerMinute?: number | null;
  readonly perAddressChildren?: number | null;
  readonly ipMax?: number;
}

/** Who runs the program. The positional form has it in one word, which only the names can take apart. */
export type OwnerField =
  | { readonly kind: 'word'; readonly word: Word }
  | { readonly kind: 'pair'; readonly user: Word; readonly group: Word | null };

/** One well-formed entry. */
export interface Entry {
  readonly source: Source;
  readonly origin: Origin;
  readonly form: 'positional' | 'key-value';
  /** `off` entries of the key-value form are checked, and not started. */
  readonly on: boolean;
  /** The hosts of the prefix or of the default line above; empty where a service has none (Unix, tcpmux). */
  readonly hosts: readonly Host[];
  /** The hosts are those of a default line or of -a: one that does not fit the protocol is no mistake. */
  readonly hostsInherited: boolean;
  readonly service: ServiceField;
  /** The service without its host, as written. */
  readonly serviceText: string;
  readonly type: SocketType;
  readonly protocol: ProtocolField;
  /** The protocol word without buffer options, as written. */
  readonly protocolText: string;
  readonly buffers: BufferSizes;
  readonly activation: Activation;
  readonly limits: WrittenLimits;
  readonly owner: OwnerField;
  /** null: `internal`. */
  readonly program: Word | null;
  /** argv; without argv[0] when it is empty. For `internal` its arguments. */
  readonly args: readonly Word[];
  /** The IPsec policy it was to be under. */
  readonly ipsec: string | null;
  readonly spans: EntrySpans;
}

/** Where the fields stand, for what is found wrong later. */
export interface EntrySpans {
  readonly service: Span;
  readonly type: Span;
  readonly protocol: Span;
  readonly wait: Span;
  readonly program: Span;
}
