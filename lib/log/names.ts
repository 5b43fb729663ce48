/** Callers and services as log lines name them. */

/** A peer without its port: `192.0.2.7:4711` and `[2001:db8::7]:4711` lose it, a path stays. */
export function hostOf(peer: string): string {
  if (peer.startsWith('[')) return peer.slice(1, peer.lastIndexOf(']'));
  const colon = peer.startsWith('/') ? -1 : peer.lastIndexOf(':');
  return colon < 0 ? peer : peer.slice(0, colon);
}

/** `finger/tcp` as `finger (tcp)`. */
export function namedWithProtocol(label: string): string {
  const slash = label.lastIndexOf('/');
  return slash < 0 ? label : `${label.slice(0, slash)} (${label.slice(slash + 1)})`;
}

/** `finger/tcp` as `finger`. */
export function shortName(label: string): string {
  const slash = label.lastIndexOf('/');
  return slash < 0 ? label : label.slice(0, slash);
}
