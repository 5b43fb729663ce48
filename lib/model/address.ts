/** Where a service listens. */

/** The type of a socket, in the words of inetd.conf(5) and socket(2). */
export type SocketType = 'stream' | 'dgram' | 'seqpacket' | 'raw' | 'rdm';

/**
 * An address to bind. `inet` with family 6 is IPv6 only unless `dual`; port 0 lets the kernel choose (RPC).
 * `host` is numeric (`0.0.0.0`, `::`), with a zone after `%` where one was written.
 */
export type ListenAddress =
  | {
      readonly kind: 'inet';
      readonly family: 4 | 6;
      readonly host: string;
      readonly port: number;
      readonly dual: boolean;
    }
  | { readonly kind: 'unix'; readonly path: string };

/** Who owns a Unix socket's file and who may connect; without `owner` it belongs to the daemon. */
export interface UnixFile {
  readonly mode: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** A socket to create, bind and (stream, seqpacket) listen on. Sizes are bytes, as given to setsockopt(2). */
export interface SocketSpec {
  readonly type: SocketType;
  readonly address: ListenAddress;
  /** The protocol number of a raw socket (`icmp` is 1); 0 lets the kernel choose. */
  readonly protocol: number;
  /** The accept queue asked of listen(2). */
  readonly backlog: number;
  readonly sendBuffer?: number;
  readonly receiveBuffer?: number;
  readonly file?: UnixFile;
  /** TCP_NODELAY and SO_KEEPALIVE, which connections inherit (tcp(7), socket(7)). */
  readonly noDelay?: boolean;
  readonly keepAlive?: boolean;
  /** Left out where the kernel has no such family (EAFNOSUPPORT), as long as another socket of the service opens. */
  readonly optional?: boolean;
}

/**
 * The key that makes two sockets the same one: family, address, port or path, and type (inetd.conf: the later entry
 * wins; reload: the open socket is kept). Options, buffer sizes, backlog and file mode change in place and are no part of it.
 */
export function socketKey(spec: SocketSpec): string {
  const { address } = spec;
  const place =
    address.kind === 'unix'
      ? `unix ${address.path}`
      : `inet${address.family}${address.dual ? '+4' : ''} ${address.host} ${address.port}`;
  return spec.protocol === 0 ? `${spec.type} ${place}` : `${spec.type}/${spec.protocol} ${place}`;
}

/** An address as people write it: `127.0.0.1:80`, `[::1]:80`, `/run/x.sock`. */
export function formatAddress(address: ListenAddress): string {
  if (address.kind === 'unix') return address.path;
  const host = address.family === 6 ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}
