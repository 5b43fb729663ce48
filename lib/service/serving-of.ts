/** Which way a service is served. */

import { Launcher } from '../exec/launch.ts';
import { planChild } from '../exec/plan.ts';
import { BuiltinConnections } from './builtin-connections.ts';
import { BuiltinDatagrams } from './builtin-datagrams.ts';
import { Connections } from './connections.ts';
import { DatagramPeers } from './datagram-peers.ts';
import { HandOver } from './hand-over.ts';
import { InterceptedConnections } from './relay/intercepted-connections.ts';
import { InterceptedDatagrams } from './relay/intercepted-datagrams.ts';
import { Redirecting } from './relay/redirecting.ts';
import type { Host, Serving } from './serving.ts';
import { Touched } from './touched.ts';

/** The way that the definition of the service asks for. */
export function servingOf(host: Host): Serving {
  const { service, world } = host;
  const { action, activation, intercept, mux, sockets } = service;
  const accepts = mux !== undefined || sockets.some(({ type }) => type === 'stream' || type === 'seqpacket');
  if (action.kind === 'builtin') {
    return accepts ? new BuiltinConnections(host, action) : new BuiltinDatagrams(host, action);
  }
  if (action.kind === 'sensor') return new Touched(host, action);
  if (action.kind === 'redirect') return new Redirecting(host, action);
  const launcher = new Launcher(world.children, () => planChild(service, action, world.defaults));
  if (activation === 'wait' && intercept) {
    return accepts ? new InterceptedConnections(host, launcher) : new InterceptedDatagrams(host, launcher);
  }
  if (activation === 'wait') return new HandOver(host, launcher);
  return accepts ? new Connections(host, launcher) : new DatagramPeers(host, launcher);
}
