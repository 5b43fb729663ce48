/** The instances that Accept=yes makes, one for each connection (systemd.socket(5)). */

/** What distinguishes a connection; IPv4-mapped addresses are IPv4. */
export type Connection =
  | { readonly kind: 'inet' | 'vsock'; readonly local: End; readonly remote: End }
  /** The caller's process, null where it cannot be known; `pidfd` is the inode of its pidfd. */
  | {
      readonly kind: 'unix';
      readonly pid: number | null;
      readonly uid: number;
      readonly pidfd: bigint | null;
    };

/** An address, or a vsock context, and a port. */
export interface End {
  readonly address: string | number;
  readonly port: number;
}

/** `cookie`: SO_COOKIE as well, as systemd does since version 258. */
export type InstanceNaming = 'plain' | 'cookie';

/** The instance of the connection that `count` others came before: `0-127.0.0.1:80-127.0.0.1:40000`. */
export function connectionInstance(
  connection: Connection,
  {
    count,
    cookie,
    naming,
  }: { readonly count: number; readonly cookie: bigint; readonly naming: InstanceNaming },
): string {
  const withCookie = naming === 'cookie';
  const start = withCookie ? `${count}-${cookie}` : String(count);
  return `${start}-${partiesOf(connection, withCookie)}`;
}

function partiesOf(connection: Connection, withPidfd: boolean): string {
  if (connection.kind !== 'unix') return `${endOf(connection.local)}-${endOf(connection.remote)}`;
  const { pid, uid, pidfd } = connection;
  if (pid === null || pid === 0) return 'unknown';
  return withPidfd && pidfd !== null ? `${pid}_${pidfd}-${uid}` : `${pid}-${uid}`;
}

function endOf({ address, port }: End): string {
  return `${address}:${port}`;
}

/** Stands for a connection before there is one, where tools look at a template. */
export const PRETENDED_INSTANCE = 'internal';
