/** What the views of the daemon show, taken from its runners. */

import type { ServerView, ServiceTable, ServiceView } from '../builtins/builtin.ts';
import type { Service } from '../model/service.ts';
import type { Runner } from '../service/runner.ts';
import { titleOf } from './service-title.ts';

/** The services of `runners` as they are whenever somebody looks. */
export function serviceTable(runners: () => Iterable<Runner>): ServiceTable {
  return {
    *services() {
      for (const { service } of runners()) yield viewOf(service);
    },
    *servers() {
      for (const runner of runners()) yield* serversOf(runner);
    },
  };
}

/** The running servers of one service. */
export function* serversOf({ descriptors, servers, service }: Runner): Generator<ServerView> {
  const { activation, mapped, name } = service;
  const listener = activation === 'wait' ? (descriptors[0] ?? null) : null;
  for (const { pid, served, startedAt } of servers?.running ?? []) {
    yield { service: name, pid, startedAt, peer: served?.peer ?? null, listener, mapped };
  }
}

function viewOf(service: Service): ServiceView {
  const { account, action, sockets } = service;
  const address = sockets[0]?.address;
  return {
    ...titleOf(service),
    port: address?.kind === 'inet' ? address.port : 0,
    host: address?.kind === 'inet' ? address.host : (address?.path ?? ''),
    uid: account.uid,
    redirect: action.kind === 'redirect' ? { host: action.host, port: action.port } : null,
  };
}
