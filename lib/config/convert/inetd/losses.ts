/** What a service loses in inetd.conf(5) besides its gates. */

import type { Service } from '../../../model/service.ts';
import { knownUser, sameGroups } from '../account.ts';
import { type LossRow, when } from '../losses.ts';
import { serviceWord } from './fields.ts';
import { INETD_GATE_LOSSES } from './gate-losses.ts';
import type { Line } from './line.ts';

/** The accept queue of an inetd.conf that says nothing of it. */
const BACKLOG = 4096;

/** The table: what cannot be said, and what is said otherwise. */
export const INETD_LOSSES: readonly LossRow<Line>[] = [
  ...INETD_GATE_LOSSES,
  {
    id: 'L1',
    find: (line) =>
      when(
        !line.forms.numbers && /^\d+$/.test(serviceWord(line)),
        'this inetd knows ports by name only: add one to /etc/services',
      ),
  },
  {
    id: 'L3',
    general: true,
    find: ({ service }) => when(service.mapped, 'IPv4 callers are no longer written as ::ffff:192.0.2.7'),
  },
  {
    id: 'L3',
    find: ({ place }) =>
      when(
        place?.differs === true,
        'it listens on other sockets, for the same callers as far as this inetd can',
      ),
  },
  {
    id: 'L5',
    find: ({ service: { account, action }, target }) => {
      const groups = knownUser(account, target.names)?.groups ?? [];
      const isKept =
        action.kind !== 'exec' ||
        sameGroups(account.groups, inetdGroups(account, target.names, groups), account.gid);
      return when(!isKept, `servers also get the groups of ${account.user}: ${groups.join(' ')}`);
    },
  },
  {
    id: 'L7',
    general: true,
    find: ({ service: { setup } }) =>
      when(
        setup.resources.some(
          ({ resource, soft }) => resource === 'nofile' && soft === Number.POSITIVE_INFINITY,
        ),
        'servers may open as many files as the inetd was started with, often 1024',
      ),
  },
  {
    id: 'L8',
    general: true,
    find: ({ service: { setup } }) =>
      when(
        setup.environment.inherit === 'all',
        'the inetd decides which variables servers get; superd takes out PATH, HOME, LD_* and their like',
      ),
  },
  {
    id: 'L8',
    find: ({ service: { setup } }) => {
      const { inherit, set } = setup.environment;
      const chosen = typeof inherit === 'string' ? [] : inherit;
      const names = [...chosen, ...Object.keys(set)];
      return when(
        typeof inherit !== 'string' || names.length > 0,
        `its server needs a wrapper for its environment: ${names.join(' ')}`,
      );
    },
  },
  {
    id: 'L9',
    general: true,
    find: ({ service: { setup } }) =>
      when(
        setup.tcpEnvironment !== 'none',
        setup.tcpEnvironment === 'remote-host'
          ? 'servers get no REMOTE_HOST and must ask for the address of their socket'
          : 'servers get no TCPREMOTEIP and its like without --environment',
      ),
  },
  {
    id: 'L16',
    find: ({ service: { log } }) => when(log !== null, 'it has no log of its own; the inetd logs to syslog'),
  },
  {
    id: 'L17',
    find: ({ service: { reception } }) =>
      when(
        reception !== null && (reception.ident !== 'none' || reception.identRefused),
        reception?.ident === 'require'
          ? 'callers whose user is not known are served too'
          : 'nobody is asked for the user of a caller',
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
    id: 'L20',
    find: ({ service: { action } }) =>
      when(action.kind === 'builtin' && action.style === 'xinetd', "its answers have inetd's form"),
  },
  {
    id: 'L24',
    general: true,
    find: ({ service: { wrap } }) =>
      when(
        wrap !== null,
        'hosts.allow and hosts.deny are asked only where the inetd (superd run -w) or tcpd(8) does',
      ),
  },
  {
    id: 'L27',
    general: true,
    find: ({ service: { servers, startRetries } }) =>
      when(
        servers === 'end' || startRetries > 0,
        'servers live on when the inetd ends or their entry goes; a start is not tried again',
      ),
  },
  {
    id: 'L28',
    find: ({ place, forms }) => {
      if (place === null) return null;
      const { sendBuffer, receiveBuffer, noDelay, keepAlive } = place.socket;
      const hasSizes = sendBuffer !== undefined || receiveBuffer !== undefined;
      const lost = [
        hasSizes && !forms.buffers && 'buffer sizes',
        noDelay && 'NODELAY',
        keepAlive && 'KEEPALIVE',
      ];
      const names = lost.filter((name) => typeof name === 'string');
      return when(names.length > 0, `its sockets have no ${names.join(', ')}`);
    },
  },
  {
    id: 'L30',
    general: true,
    find: ({ service, rules, place }) => {
      const isTcp =
        place === null
          ? service.mux !== undefined
          : place.socket.type === 'stream' && place.socket.address.kind !== 'unix';
      const isDatagramBuiltin = service.action.kind === 'builtin' && place?.socket.type === 'dgram';
      const ftp = rules.refuseFtpData && isTcp;
      const loopback = rules.refuseLoopback && isDatagramBuiltin;
      return when(
        service.refuseFtpData !== ftp || service.refuseLoopback !== loopback,
        'this inetd decides by itself about callers from port 20 and datagrams of this machine',
      );
    },
  },
  {
    id: 'L31',
    find: ({ service: { setup, activation }, rules }) =>
      when(
        setup.stderr !== (activation === 'wait' ? rules.waitStderr : 'socket'),
        'the standard error of its server is another',
      ),
  },
  {
    id: 'L31',
    general: true,
    find: ({ service: { setup }, rules }) =>
      when(
        setup.shellFallback !== rules.shellFallback,
        'scripts without #! in their first line are another matter to this inetd',
      ),
  },
  {
    id: 'L32',
    find: ({ service: { setup } }) => {
      const limits = setup.resources.filter(
        ({ resource, soft }) => resource !== 'nofile' || Number.isFinite(soft),
      );
      const lost = [
        ...(setup.umask === null ? [] : [`umask 0${setup.umask.toString(8)}`]),
        ...(setup.nice === 0 ? [] : [`nice ${setup.nice}`]),
        ...limits.map(({ resource }) => `limit of ${resource}`),
      ];
      return when(lost.length > 0, `its server needs a wrapper for: ${lost.join(', ')}`);
    },
  },
  {
    id: 'L33',
    find: ({ service: { intercept } }) =>
      when(intercept, 'its callers come to the server unchecked and uncounted'),
  },
  {
    id: 'L36',
    general: true,
    find: ({ place, rules }) => {
      const isQueue = place?.socket.type === 'stream' || place?.socket.type === 'seqpacket';
      const usual = Math.max(BACKLOG, rules.minimumBacklog);
      return when(
        isQueue && place?.socket.backlog !== usual,
        'the accept queue is as long as the inetd makes it',
      );
    },
  },
];

/** initgroups(3) with the group of the entry in the place of the user's own. */
function inetdGroups(
  account: Service['account'],
  names: Line['target']['names'],
  groups: readonly number[],
): readonly number[] {
  const own = knownUser(account, names)?.gid;
  return account.gid === own ? groups : groups.filter((group) => group !== own);
}
