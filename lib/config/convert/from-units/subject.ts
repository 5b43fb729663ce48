/** A .socket unit with the .service unit that it starts, to be said in another language. */

import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../../model/service.ts';
import type { ServiceUnit } from '../../../model/service-unit.ts';
import type { SocketUnit } from '../../../model/socket-unit.ts';
import type { Command } from '../../../model/unit.ts';
import type { Names } from '../../names.ts';
import type { UnitStore } from '../../systemd/store.ts';
import { substitute } from '../../systemd/text/substitute.ts';
import { accountOf } from './account.ts';

/** What is asked of the system's names. */
export type UnitNames = Pick<Names, 'user' | 'userById' | 'group' | 'serviceName'>;

/** The pair. */
export interface UnitPair {
  readonly socket: SocketUnit;
  /** Of Accept=yes any instance: `passing` says whether it matters which. */
  readonly server: ServiceUnit;
  /** Something in the service depends on the connection, by a specifier. */
  readonly passing: boolean;
  /** null: the system has no such user or group. */
  readonly account: Account | null;
  /** What is started, without its variables; null: there are several commands, or none. */
  readonly command: (Command & { readonly variables: readonly string[] }) | null;
  readonly names: UnitNames;
}

/** The pair of a socket; a text: why there is none. */
export function unitPair(socket: SocketUnit, store: UnitStore, names: UnitNames): UnitPair | string {
  const server = serverOf(socket, store, '1');
  const { head } = socket;
  if (head.load !== 'loaded') return `${head.name} is not loaded: ${head.problem ?? head.load}`;
  if (server === null) return `there is no ${socket.service}`;
  if (server.head.load !== 'loaded')
    return `${socket.service} is not loaded: ${server.head.problem ?? server.head.load}`;
  const other = serverOf(socket, store, '2');
  const passing = !isDeepStrictEqual(withoutHead(server), other && withoutHead(other));
  return {
    socket,
    server,
    passing,
    account: accountOf(server.exec, names),
    command: commandOf(server),
    names,
  };
}

function serverOf({ accept, service }: SocketUnit, store: UnitStore, instance: string): ServiceUnit | null {
  const unit = store.unit(accept ? service.replace('@.', `@${instance}.`) : service);
  return unit?.kind === 'service' ? unit : null;
}

function withoutHead({ head: _head, ...rest }: ServiceUnit): unknown {
  return rest;
}

function commandOf({ commands }: ServiceUnit): UnitPair['command'] {
  const [command, ...more] = commands.start;
  if (command === undefined || more.length > 0) return null;
  if (!command.substitute) return { ...command, variables: [] };
  const variables: string[] = [];
  const { argv } = substitute(command.argv, (name) => {
    variables.push(name);
    return '';
  });
  return { ...command, argv, variables };
}
