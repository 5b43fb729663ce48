/** A pair of units that can be said in another language → services of the model, one for each port. */

import { basename } from 'node:path';
import type { Limits, Service } from '../../../model/service.ts';
import type { WindowLimit } from '../../../model/unit.ts';
import { type Port, portsOf } from './sockets.ts';
import type { UnitPair } from './subject.ts';

/** The services; none where the pair should have been refused. */
export function servicesOfPair(pair: UnitPair): readonly Service[] {
  const { socket, server, account, command, names } = pair;
  if (account === null || command === null) return [];
  const { exec } = server;
  const { name, origin } = socket.head;
  const ports = portsOf(pair);
  return ports.map((port): Service => {
    const place = `${port.place}/${port.protocol}`;
    return {
      name: ports.length === 1 ? name : `${name} ${place}`,
      label: labelOf(port, names),
      origin: { file: origin?.file ?? name, line: origin?.line ?? 1, word: basename(name, '.socket') },
      sockets: port.sockets,
      activation: socket.accept ? 'nowait' : 'wait',
      action: { kind: 'exec', program: command.program, argv: command.argv },
      account,
      limits: limitsOf(pair),
      setup: {
        stderr: exec.standardError.kind === 'log' ? 'daemon' : 'socket',
        tcpEnvironment: 'none',
        peerArgument: false,
        shellFallback: false,
        environment: {
          inherit: exec.passEnvironment.length === 0 ? 'cleaned' : exec.passEnvironment,
          set: Object.fromEntries(exec.environment.map(assignment)),
        },
        umask: exec.umask,
        nice: exec.nice ?? 0,
        resources: exec.resources,
      },
      refuseFtpData: false,
      refuseLoopback: false,
      wrap: null,
      access: socket.access,
      reception: null,
      log: null,
      mapped: false,
      intercept: false,
      startRetries: 0,
      servers: 'end',
    };
  });
}

/** By the name of the port, where /etc/services has one. */
function labelOf({ place, protocol }: Port, names: UnitPair['names']): string {
  const known = protocol === 'tcp' || protocol === 'udp' ? names.serviceName(Number(place), protocol) : null;
  return `${known ?? place}/${protocol}`;
}

function assignment(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function limitsOf({ socket }: UnitPair): Limits {
  const { accept, maxConnections, maxConnectionsPerSource, triggerLimit } = socket;
  const counted = maxConnections < UNCOUNTED ? maxConnections : null;
  return {
    ...rateOf(triggerLimit),
    children: accept ? counted : 1,
    atChildren: accept ? 'refuse' : 'wait',
    perAddressPerMinute: null,
    perAddressChildren: accept && maxConnectionsPerSource > 0 ? maxConnectionsPerSource : null,
    ipMax: null,
  };
}

/** So many connections are no limit: there are no more processes. */
const UNCOUNTED = 2 ** 31;

/** A second is xinetd's window; every other becomes a rate by the minute. */
function rateOf(limit: WindowLimit): Pick<Limits, 'perMinute' | 'perSecond' | 'tripPauseMs'> {
  const none = { perMinute: null, perSecond: null, tripPauseMs: 600_000 };
  if (limit === null) return none;
  const { burst, intervalMs } = limit;
  if (intervalMs === 1000) return { ...none, perSecond: { rate: burst, pauseMs: 10_000 } };
  return { ...none, perMinute: Math.max(1, Math.floor((burst * 60_000) / intervalMs)) };
}
