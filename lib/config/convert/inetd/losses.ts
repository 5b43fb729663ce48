/** What a service loses in inetd.conf(5), or why it has no form there. */

import type { Service } from '../../../model/service.ts';
import { knownUser, sameGroups } from '../account.ts';
import { type LossRow, when } from '../losses.ts';
import { isUsualCps } from '../rate.ts';
import { leadsToBuiltin, ownerWord, serviceWord } from './fields.ts';
import { countersOf } from './limits.ts';
import type { Line } from './line.ts';

/** The accept queue of an inetd.conf that says nothing of it. */
const BACKLOG = 4096;

/** The table: what cannot be said, and what is said otherwise. */
export const INETD_LOSSES: readonly LossRow<Line>[] = [
  {
    id: 'L1',
    refuses: true,
    find: ({ service: { rpc }, place }) => {
      const address = place?.socket.address;
      const isChosen = address?.kind === 'inet' && address.port === 0 && place?.socket.type !== 'raw';
      return when(isChosen && rpc === undefined, 'no inetd lets the system choose the port');
    },
  },
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
    id: 'L4',
    refuses: true,
    find: ({ service, place, forms }) =>
      when(
        place === null && service.mux === undefined && forms.host === 'none' && hasHost(service),
        'this inetd listens on every address, which would open it to more callers',
      ),
  },
  {
    id: 'L3',
    refuses: true,
    find: ({ service, place, forms }) =>
      when(
        place === null && service.mux === undefined && !(forms.host === 'none' && hasHost(service)),
        'this inetd has no word for its families alone',
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
    id: 'L10',
    refuses: true,
    find: ({ service: { limits }, rules, forms }) => {
      const never = rules.zeroCounter === 'never' && forms.counters.includes('minute');
      const isNobody =
        limits.children === 0 || limits.perAddressChildren === 0 || (limits.perMinute === 0 && !never);
      return when(isNobody, 'it serves nobody, for which there is no counter');
    },
  },
  {
    id: 'L10',
    find: (line) => {
      const { children, perAddressChildren, atChildren } = line.service.limits;
      if (line.service.activation === 'wait') return null;
      const { holdsChildren, holdsAddresses } = countersOf(line);
      const lost = [
        holdsChildren ? [] : [`no limit of ${children} children`],
        holdsAddresses || perAddressChildren === null
          ? []
          : [`no limit of ${perAddressChildren} for one address`],
        holdsChildren && children !== null && atChildren === 'refuse'
          ? [`callers over ${children} wait instead of being turned away`]
          : [],
      ].flat();
      return when(lost.length > 0, lost.join('; '));
    },
  },
  {
    id: 'L11',
    general: true,
    find: ({ service: { limits }, rules }) =>
      when(
        limits.perMinute === null && isUsualCps(limits.perSecond),
        `the usual cps = 50 10 becomes ${rules.perMinute === null ? 'no limit' : `the usual limit of ${rules.perMinute} starts a minute`}`,
      ),
  },
  {
    id: 'L11',
    find: (line) => {
      const { perMinute, perSecond, tripPauseMs } = line.service.limits;
      const { holdsRate } = countersOf(line);
      if (perSecond !== null && (perMinute !== null || !isUsualCps(perSecond))) {
        const { rate, pauseMs } = perSecond;
        const kept = holdsRate ? `becomes ${perMinute ?? 60 * rate} starts a minute` : 'has no counter';
        return `cps = ${rate} ${pauseMs / 1000} ${kept}`;
      }
      if (!holdsRate) return `its limit of starts (${perMinute ?? 'none'} a minute) has no counter`;
      const isOther = perMinute !== null && tripPauseMs !== line.rules.tripPauseMs;
      return when(
        isOther,
        `it pauses for ${line.rules.tripPauseMs / 1000} s instead of ${tripPauseMs / 1000} s`,
      );
    },
  },
  {
    id: 'L12',
    find: ({ service: { access } }) =>
      when(
        (access.only ?? []).concat(access.never).some(({ kind }) => kind === 'network') ||
          access.only?.length === 0,
        'everybody may call until hosts.allow and hosts.deny, applied by tcpd or the inetd, keep callers out',
      ),
  },
  {
    id: 'L13',
    find: ({ service: { access } }) =>
      when(
        (access.only ?? []).concat(access.never).some(({ kind }) => kind !== 'network'),
        'everybody may call until hosts.allow and hosts.deny, applied by tcpd or the inetd, hold these names',
      ),
  },
  { id: 'L14', find: ({ service: { access } }) => when(access.hours !== null, 'it is served at any time') },
  {
    id: 'L15',
    find: ({ service: { access } }) =>
      when(access.maxLoad !== null, `it is also served above a load of ${access.maxLoad}`),
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
    id: 'L19',
    refuses: true,
    find: ({ service: { action } }) =>
      when(action.kind === 'redirect', 'a connection cannot be passed on; run a relay such as socat(1)'),
  },
  {
    id: 'L20',
    refuses: true,
    find: (line) => {
      const { action } = line.service;
      if (action.kind !== 'builtin') return null;
      const isOnlyXinetds = ['servers', 'services', 'xadmin'].includes(action.name);
      const isMissing = isOnlyXinetds || (action.name === 'tcpmux' && !line.rules.tcpmuxBuiltin);
      if (isMissing) return `this inetd has no internal ${action.name}`;
      return when(!leadsToBuiltin(line), `internal ${action.name} stands on its own port only`);
    },
  },
  {
    id: 'L20',
    find: ({ service: { action } }) =>
      when(action.kind === 'builtin' && action.style === 'xinetd', "its answers have inetd's form"),
  },
  {
    id: 'L21',
    refuses: true,
    find: ({ service: { mux }, forms }) =>
      when(mux !== undefined && !forms.mux, 'this inetd has no tcpmux services'),
  },
  {
    id: 'L22',
    refuses: true,
    find: ({ service: { rpc }, forms }) =>
      when(rpc !== undefined && !forms.rpc, 'this inetd registers no RPC programs'),
  },
  {
    id: 'L23',
    refuses: true,
    find: ({ service: { action } }) =>
      when(action.kind === 'sensor', 'there are no sensors; fail2ban(1) does the like'),
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
    id: 'L25',
    refuses: true,
    find: ({ place, forms, rules }) => {
      if (place?.socket.address.kind !== 'unix') return null;
      const { file } = place.socket;
      const isUsual = file !== undefined && file.owner === undefined && file.mode === rules.unixMode;
      if (!forms.unix) return 'this inetd listens on no Unix socket';
      return when(
        !isUsual && !(forms.unixOwner && file?.owner !== undefined),
        'the mode and the owner of its file have no form',
      );
    },
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
    id: 'L29',
    find: (line) => {
      const { perAddressPerMinute, ipMax } = line.service.limits;
      const isLost = (perAddressPerMinute !== null && !countersOf(line).holdsAddresses) || ipMax !== null;
      return when(isLost, 'callers are not counted by the minute');
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
    refuses: true,
    find: ({ service: { setup, action, activation }, rules }) => {
      const isTaken =
        rules.peerArgument && activation === 'nowait' && action.kind === 'exec' && action.argv[1] === '%A';
      return when(
        setup.peerArgument !== isTaken,
        'the argument %A is an address to one inetd and plain text to another',
      );
    },
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
    id: 'L34',
    refuses: true,
    find: (line) => {
      const { account, action } = line.service;
      if (action.kind !== 'exec') return null;
      const owner = ownerWord(line);
      if (owner === null) return `user ${account.user} has no name in /etc/passwd, which an inetd looks for`;
      return when(
        !line.forms.group && owner.includes(':'),
        'this inetd gives a server the group of its user only',
      );
    },
  },
  {
    id: 'L35',
    refuses: true,
    find: ({ service: { activation, action }, place, rules }) => {
      const isPerPeer = place?.socket.type === 'dgram' && activation === 'nowait' && action.kind === 'exec';
      return when(
        isPerPeer && rules.dgramNowait !== 'per-peer',
        'this inetd has no server for each sender of datagrams',
      );
    },
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

function hasHost({ sockets }: Service): boolean {
  return sockets.some(
    ({ address }) => address.kind === 'inet' && address.host !== '0.0.0.0' && address.host !== '::',
  );
}

/** initgroups(3) with the group of the entry in the place of the user's own. */
function inetdGroups(
  account: Service['account'],
  names: Line['target']['names'],
  groups: readonly number[],
): readonly number[] {
  const own = knownUser(account, names)?.gid;
  return account.gid === own ? groups : groups.filter((group) => group !== own);
}
