/** Who connected. */

/** The other end of a connection or the sender of a datagram. IPv4-mapped IPv6 addresses are written as IPv4. */
export type Peer =
  | { readonly kind: 'inet'; readonly family: 4 | 6; readonly address: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** A peer as the log writes it: `192.0.2.7:4711`, `[2001:db8::7]:4711`, `unix`. */
export function formatPeer(peer: Peer): string {
  if (peer.kind === 'unix') return peer.path === '' ? 'unix' : peer.path;
  return peer.family === 6 ? `[${peer.address}]:${peer.port}` : `${peer.address}:${peer.port}`;
}
