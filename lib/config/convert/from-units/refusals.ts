/** What no inetd can be told of a unit, or only in a way that is open to more callers: such a unit is not converted. */

import { formatTarget } from '../../../model/listen-target.ts';
import { type LossRow, when } from '../losses.ts';
import { groupOf, userOf } from './account.ts';
import { listed } from './listed.ts';
import type { UnitPair } from './subject.ts';

/** The table. */
export const PAIR_REFUSALS: readonly LossRow<UnitPair>[] = [
  {
    id: 'L4',
    find: ({ socket: { listen } }) => {
      const foreign = listen.filter(
        (target) =>
          (target.kind !== 'inet' && target.kind !== 'unix') || formatTarget(target).includes('::ffff:'),
      );
      return when(foreign.length > 0, `only units listen on ${foreign.map(formatTarget).join(' ')}`);
    },
  },
  {
    id: 'L28',
    find: ({ socket: { options } }) =>
      listed('its sockets would be open to more callers without', [
        ['BindToDevice=', options.device !== undefined],
        ['IPTTL=', options.ttl !== undefined],
        ['Mark=', options.mark !== undefined],
        [
          `SocketProtocol=${options.protocol}`,
          options.protocol === 'udplite' || options.protocol === 'mptcp',
        ],
      ]),
  },
  {
    id: 'L25',
    find: ({ socket: { files, listen }, names }) => {
      const isKnown =
        (files.user === null || userOf(files.user, names) !== null) &&
        (files.group === null || groupOf(files.group, names) !== null);
      const isFile = listen.some(({ kind }) => kind === 'unix');
      return when(isFile && !isKnown, 'the owner of its file is no user or group of this system');
    },
  },
  {
    id: 'L31',
    find: ({ socket: { accept, listen, head }, server }) => {
      if (server.exec.standardInput.kind !== 'socket')
        return 'its server wants its sockets from descriptor 3 on (StandardInput= is not socket)';
      const isAlone = listen.length === 1 && server.sockets.every((name) => name === head.name);
      if (!accept) return when(!isAlone, 'its server has several sockets');
      return when(server.sockets.length > 0, `its server also gets ${server.sockets.join(' ')}`);
    },
  },
  {
    id: 'L31',
    find: ({ server: { exec } }) => {
      const out = exec.standardOutput.kind;
      const error = exec.standardError.kind;
      if (out !== 'socket' && out !== 'inherit') return 'its output would go to the caller';
      const isSaid = error === 'socket' || error === 'inherit' || error === 'log';
      return when(!isSaid, 'its standard error would go elsewhere');
    },
  },
  {
    id: 'L31',
    find: ({ command, passing, server: { type } }) => {
      if (type === 'forking') return 'its server leaves its first process (Type=forking)';
      if (command === null) return 'it does not have one ExecStart=';
      if (command.variables.length > 0)
        return `its arguments depend on the environment: ${command.variables.join(' ')}`;
      if (!command.program.startsWith('/')) return `${command.program} is no path`;
      if (command.shell === true) return 'a shell runs its command';
      return when(passing, 'its settings depend on the connection, by specifiers such as %i');
    },
  },
  {
    id: 'L34',
    find: ({ account, command, server: { exec } }) => {
      if (account === null) return 'this system does not know its user and groups';
      const isOwn = command === null || command.privileges === 'unit';
      return when(!isOwn && exec.user !== null, 'a prefix of its command sets its user aside');
    },
  },
  {
    id: 'L8',
    find: ({ server: { exec } }) =>
      listed('no file has', [
        ['EnvironmentFile=', exec.environmentFiles.length > 0],
        ['UnsetEnvironment=', exec.unsetEnvironment.length > 0],
      ]),
  },
  {
    id: 'L37',
    find: (pair) => listed('it would be started without', restrictions(pair)),
  },
];

/** What keeps a unit from being started, or its server from reaching more than it should. */
function restrictions({ socket, server }: UnitPair): readonly (readonly [name: string, isSet: boolean])[] {
  const { exec, commands } = server;
  const heads = [socket.head, server.head];
  const own = [socket.head.name, server.head.name, socket.service];
  const needs = (relation: 'requires' | 'requisite' | 'bindsTo' | 'conflicts') =>
    heads.some(({ relations }) =>
      relations[relation].some((name) => /\.(socket|service)$/.test(name) && !own.includes(name)),
    );
  return [
    [
      'Condition…= and Assert…=',
      heads.some(({ conditions, asserts }) => conditions.length + asserts.length > 0),
    ],
    ['ExecCondition=', commands.condition.length > 0],
    ['ExecStartPre=', commands.startPre.length + socket.commands.startPre.length > 0],
    ['Requires=', needs('requires')],
    ['Requisite=', needs('requisite')],
    ['BindsTo=', needs('bindsTo')],
    ['Conflicts=', needs('conflicts')],
    ['RootDirectory=', exec.rootDirectory !== null],
    ['WorkingDirectory=', exec.workingDirectory !== null && exec.workingDirectory.path !== '/'],
    ['NoNewPrivileges=', exec.noNewPrivileges],
    ['OpenFile=', server.openFiles.length > 0],
    ['PassFileDescriptorsToExec=', socket.passFdsToExec],
  ];
}
