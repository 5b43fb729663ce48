/** The broadcast addresses of this machine's interfaces, as reflection.ts wants them. */

/** An interface's address as os.networkInterfaces() gives it. */
export interface InterfaceAddress {
  readonly family: string;
  readonly address: string;
  readonly netmask: string;
}

/** The directed broadcast address of every IPv4 network; a network of one or two addresses has none. */
export function broadcastsOf(
  interfaces: Readonly<Record<string, readonly InterfaceAddress[] | undefined>>,
): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { family, address, netmask } of Object.values(interfaces).flatMap((one) => one ?? [])) {
    const hosts = ~ipv4(netmask) >>> 0;
    if (family === 'IPv4' && hosts > 1) found.add((ipv4(address) | hosts) >>> 0);
  }
  return found;
}

function ipv4(dotted: string): number {
  return dotted.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}
