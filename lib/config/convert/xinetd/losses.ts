/** What a service loses in xinetd.conf(5). */

import { sameGroups } from '../account.ts';
import { type LossRow, when } from '../losses.ts';
import { isUsualCps } from '../rate.ts';
import { hoursWords } from './access.ts';
import { RESOURCES } from './attributes.ts';
import { type Block, writtenUser } from './block.ts';

/** xinetd's accept queue. */
const BACKLOG = 64;

/** The table: what cannot be said, and what is said otherwise. */
export const XINETD_LOSSES: readonly LossRow<Block>[] = [
  {
    id: 'L3',
    find: ({ service, place }) =>
      when(place?.mapped === true && !service.mapped, 'IPv4 callers are written as ::ffff:192.0.2.7'),
  },
  {
    id: 'L5',
    find: (block) => {
      const { account, action } = block.service;
      const { groups } = writtenUser(block);
      const isKept =
        action.kind !== 'exec' ||
        account.groups.length === 0 ||
        sameGroups(account.groups, groups, account.gid);
      return when(!isKept, `servers have the groups ${groups.join(' ')} and ${account.gid}`);
    },
  },
  {
    id: 'L7',
    general: true,
    find: ({ service: { setup } }) =>
      when(
        !setup.resources.some(({ resource }) => resource === 'nofile'),
        'servers may open as many files as superd or xinetd itself',
      ),
  },
  {
    id: 'L8',
    general: true,
    find: ({ service: { setup } }) =>
      when(
        setup.environment.inherit === 'cleaned',
        'servers get all of the environment, PATH, HOME and LD_* included; write passenv to choose',
      ),
  },
  {
    id: 'L9',
    general: true,
    find: ({ service: { setup } }) =>
      when(setup.tcpEnvironment !== 'remote-host', 'servers find their caller in REMOTE_HOST only'),
  },
  {
    id: 'L10',
    find: ({ service: { limits, activation } }) => {
      if (limits.perMinute === 0) return 'it serves nobody, which is written as instances = 0';
      const isCounted = limits.children !== null && limits.atChildren === 'wait' && activation === 'nowait';
      return when(
        isCounted,
        `callers over ${limits.children} are turned away instead of waiting; both families count together`,
      );
    },
  },
  {
    id: 'L11',
    find: ({ service: { limits }, target }) => {
      const { perMinute, perSecond } = limits;
      if (perMinute === null) return null;
      const isUsual = perSecond === null ? perMinute === target.usualPerMinute : isUsualCps(perSecond);
      const kept = isUsual ? 'the usual cps = 50 10' : 'cps';
      return `${perMinute} starts a minute, then a pause of ${limits.tripPauseMs / 1000} s, become ${kept}`;
    },
  },
  {
    id: 'L14',
    find: ({ service: { access } }) => {
      const { hours } = access;
      if (hours === null) return null;
      return when(hoursWords(hours).length < hours.length, 'times of a single minute are left out');
    },
  },
  {
    id: 'L16',
    find: ({ service: { log } }) =>
      when(log?.common === true, 'the log that the services share is written at each of them'),
  },
  {
    id: 'L20',
    find: ({ service: { action } }) =>
      when(action.kind === 'builtin' && action.style !== 'xinetd', "its answers have xinetd's form"),
  },
  {
    id: 'L27',
    general: true,
    find: ({ service: { servers } }) =>
      when(servers === 'leave', 'servers end with xinetd, and when their entry goes at a reload'),
  },
  {
    id: 'L28',
    find: ({ place }) =>
      when(
        place?.socket.sendBuffer !== undefined || place?.socket.receiveBuffer !== undefined,
        'sockets have buffers of the usual size',
      ),
  },
  {
    id: 'L29',
    find: ({ service: { limits } }) =>
      when(
        limits.perAddressPerMinute !== null || limits.ipMax !== null,
        'callers are not counted by the minute; per_source limits their servers at once',
      ),
  },
  {
    id: 'L30',
    general: true,
    find: ({ service }) =>
      when(
        service.refuseFtpData || service.refuseLoopback,
        'callers from port 20, and datagrams of this machine to internal services, are answered too',
      ),
  },
  {
    id: 'L31',
    find: ({ service: { setup } }) =>
      when(setup.stderr === 'daemon', 'the standard error of the server is its socket'),
  },
  {
    id: 'L31',
    general: true,
    find: ({ service: { setup } }) => when(setup.shellFallback, 'a script needs #! in its first line'),
  },
  {
    id: 'L32',
    find: ({ service: { setup } }) => {
      const lost = setup.resources.filter(
        ({ resource, soft, hard }) => !RESOURCES.includes(resource) || soft !== hard,
      );
      return when(lost.length > 0, `no limit of ${lost.map(({ resource }) => resource).join(', ')}`);
    },
  },
  {
    id: 'L36',
    general: true,
    find: ({ place }) =>
      when(
        place !== null && isQueue(place.socket.type) && place.socket.backlog !== BACKLOG,
        'the accept queue holds 64; superd alone reads socket_backlog = N',
      ),
  },
];

function isQueue(type: string): boolean {
  return type === 'stream' || type === 'seqpacket';
}
