/** What has no form in inetd.conf(5), or only one that is open to more callers: such a service is not converted. */

import type { Service } from '../../../model/service.ts';
import { type LossRow, when } from '../losses.ts';
import { leadsToBuiltin, ownerWord } from './fields.ts';
import type { Line } from './line.ts';

/** The table. */
export const INETD_REFUSALS: readonly LossRow<Line>[] = [
  {
    id: 'L1',
    find: ({ service: { rpc }, place }) => {
      const address = place?.socket.address;
      const isChosen = address?.kind === 'inet' && address.port === 0 && place?.socket.type !== 'raw';
      return when(isChosen && rpc === undefined, 'no inetd lets the system choose the port');
    },
  },
  {
    id: 'L4',
    find: ({ service, place, forms }) =>
      when(
        place === null && service.mux === undefined && forms.host === 'none' && hasHost(service),
        'this inetd listens on every address, which would open it to more callers',
      ),
  },
  {
    id: 'L3',
    find: ({ service, place, forms }) =>
      when(
        place === null && service.mux === undefined && !(forms.host === 'none' && hasHost(service)),
        'this inetd has no word for its families alone',
      ),
  },
  {
    id: 'L10',
    find: ({ service: { limits }, rules, forms }) => {
      const never = rules.zeroCounter === 'never' && forms.counters.includes('minute');
      const isNobody =
        limits.children === 0 || limits.perAddressChildren === 0 || (limits.perMinute === 0 && !never);
      return when(isNobody, 'it serves nobody, for which there is no counter');
    },
  },
  {
    id: 'L19',
    find: ({ service: { action } }) =>
      when(action.kind === 'redirect', 'a connection cannot be passed on; run a relay such as socat(1)'),
  },
  {
    id: 'L20',
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
    id: 'L21',
    find: ({ service: { mux }, forms }) =>
      when(mux !== undefined && !forms.mux, 'this inetd has no tcpmux services'),
  },
  {
    id: 'L22',
    find: ({ service: { rpc }, forms }) =>
      when(rpc !== undefined && !forms.rpc, 'this inetd registers no RPC programs'),
  },
  {
    id: 'L23',
    find: ({ service: { action } }) =>
      when(action.kind === 'sensor', 'there are no sensors; fail2ban(1) does the like'),
  },
  {
    id: 'L25',
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
    id: 'L31',
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
    id: 'L34',
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
    find: ({ service: { activation, action }, place, rules }) => {
      const isPerPeer = place?.socket.type === 'dgram' && activation === 'nowait' && action.kind === 'exec';
      return when(
        isPerPeer && rules.dgramNowait !== 'per-peer',
        'this inetd has no server for each sender of datagrams',
      );
    },
  },
];

function hasHost({ sockets }: Service): boolean {
  return sockets.some(
    ({ address }) => address.kind === 'inet' && address.host !== '0.0.0.0' && address.host !== '::',
  );
}
