/** What a service loses in units, or what is said otherwise there. */

import { type LossRow, when } from '../losses.ts';
import { addressLists, type Pair, socketsOf } from './pair.ts';
import { userOf } from './service-lines.ts';

/** The table. */
export const UNIT_LOSSES: readonly LossRow<Pair>[] = [
  {
    id: 'L1',
    general: true,
    find: () => 'ports are numbers; later changes of /etc/services are not followed',
  },
  {
    id: 'L3',
    find: ({ service }) =>
      when(
        service.mapped || socketsOf(service).length < service.sockets.length,
        'one socket serves both families: servers see IPv4 callers as ::ffff:192.0.2.7',
      ),
  },
  {
    id: 'L5',
    find: (pair) => {
      const { account } = pair.service;
      const had = new Set([...account.groups, account.gid]);
      const more = userOf(pair).groups.filter((group) => !had.has(group));
      return when(more.length > 0, `servers also get the groups of ${account.user}: ${more.join(' ')}`);
    },
  },
  {
    id: 'L6',
    find: ({ service: { setup } }) =>
      when(setup.nice < 0, 'the nice value is that of the unit, whatever the manager has'),
  },
  {
    id: 'L7',
    general: true,
    find: ({ service: { setup } }) =>
      when(
        !setup.resources.some(({ resource }) => resource === 'nofile'),
        'servers may open as many files as the manager of the units says',
      ),
  },
  {
    id: 'L8',
    general: true,
    find: ({ service: { setup } }) =>
      when(
        typeof setup.environment.inherit === 'string',
        'servers get PATH, USER, HOME and a few more; write PassEnvironment= for others',
      ),
  },
  {
    id: 'L9',
    find: ({ service: { setup }, accept }) =>
      when(
        setup.tcpEnvironment !== 'none',
        accept
          ? 'servers find their caller in REMOTE_ADDR and REMOTE_PORT'
          : 'servers are not told who calls; a server that accepts asks its socket',
      ),
  },
  {
    id: 'L10',
    find: ({ service: { limits }, accept }) => {
      const { children, atChildren, perAddressChildren } = limits;
      if (!accept) return when(perAddressChildren !== null, 'the connections of one address are not counted');
      return when(
        children !== null && atChildren === 'wait',
        `callers over ${children} are turned away instead of waiting`,
      );
    },
  },
  {
    id: 'L11',
    find: ({ service: { limits } }) =>
      when(
        limits.perSecond !== null || limits.perMinute !== null,
        'over its rate the socket fails, and listens again when it is started again; it does not pause',
      ),
  },
  {
    id: 'L12',
    find: ({ service }) => {
      const lists = addressLists(service);
      const { only, never } = service.access;
      if (lists === null || (only === null && never.length === 0)) return null;
      return 'systemd drops packets of other callers, and their connections hang; superd closes them';
    },
  },
  {
    id: 'L14',
    find: ({ service: { access } }) =>
      when(access.hours !== null, 'it is served at any time; a pair of timers could start and stop it'),
  },
  {
    id: 'L15',
    find: ({ service: { access } }) =>
      when(access.maxLoad !== null, 'it is served whatever the load of the machine is'),
  },
  { id: 'L16', find: ({ service: { log } }) => when(log !== null, 'it has no log of its own') },
  {
    id: 'L17',
    find: ({ service: { reception } }) =>
      when(
        reception !== null &&
          reception.ident !== 'require' &&
          (reception.ident !== 'none' || reception.identRefused),
        'nobody is asked for the user of a caller',
      ),
  },
  {
    id: 'L18',
    find: ({ service: { reception } }) => {
      const files = Object.values(reception?.banner ?? {}).filter((file) => file !== null);
      return when(files.length > 0, `callers do not see ${files.join(' ')}`);
    },
  },
  {
    id: 'L19',
    find: ({ service: { action } }) =>
      when(
        action.kind === 'redirect',
        'a process relays, which runs as the user of the service; names are looked up for each caller',
      ),
  },
  {
    id: 'L24',
    find: ({ service: { wrap } }) =>
      when(
        wrap !== null,
        `hosts.allow and hosts.deny are not asked about ${wrap?.daemon}; tcpd(8) can do it`,
      ),
  },
  {
    id: 'L27',
    general: true,
    find: ({ service: { servers, startRetries } }) =>
      when(
        servers === 'leave' || startRetries > 0,
        'servers end with their unit; a start that found no process to be had is not tried again',
      ),
  },
  {
    id: 'L29',
    find: ({ service: { limits } }) =>
      when(
        limits.perAddressPerMinute !== null || limits.ipMax !== null,
        'callers are not counted by the minute',
      ),
  },
  {
    id: 'L30',
    general: true,
    find: ({ service }) =>
      when(service.refuseFtpData || service.refuseLoopback, 'callers from port 20 are served too'),
  },
  {
    id: 'L31',
    general: true,
    find: ({ service: { setup } }) => when(setup.shellFallback, 'a script needs #! in its first line'),
  },
];
