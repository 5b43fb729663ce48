/** What xinetd.conf says of a server that inetd.conf describes. */

import path from 'node:path';
import { defaults, service } from '../system/xinetd.ts';

/** An entry `ADDRESS:PORT TYPE PROTOCOL WAIT USER SERVER ARGV…` as a service, behind defaults like many sites have. */
export function xinetdForm(entry: string): string {
  const [socket = '', type, protocol, wait, user, server = '', ...argv] = entry.split(' ');
  const [address, port] = socket.split(':');
  const hasOwnName = argv[0] !== path.basename(server);
  const args = hasOwnName ? argv : argv.slice(1);
  return (
    defaults('instances = 60', 'cps = 50 10') +
    service(
      'tried',
      Number(port),
      `socket_type = ${type}`,
      `protocol = ${protocol}`,
      `bind = ${address}`,
      `wait = ${wait === 'wait' ? 'yes' : 'no'}`,
      `user = ${user}`,
      ...(hasOwnName ? ['flags = NAMEINARGS'] : []),
      `server = ${server}`,
      ...(args.length > 0 ? [`server_args = ${args.join(' ')}`] : []),
    )
  );
}
