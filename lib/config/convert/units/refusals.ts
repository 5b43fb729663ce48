/** What has no form in units, or only one that is open to more callers: such a service is not converted. */

import { type LossRow, when } from '../losses.ts';
import { addressLists, dualOf, listenOf, type Pair, socketsOf } from './pair.ts';

/** The table. */
export const UNIT_REFUSALS: readonly LossRow<Pair>[] = [
  {
    id: 'L1',
    find: ({ service: { rpc, sockets } }) =>
      when(
        rpc === undefined && sockets.some(({ address }) => address.kind === 'inet' && address.port === 0),
        'a socket unit names its port',
      ),
  },
  {
    id: 'L2',
    find: ({ service: { sockets } }) =>
      when(
        sockets.some((socket) => listenOf(socket) === null),
        'units open no such socket',
      ),
  },
  {
    id: 'L3',
    find: ({ service }) => {
      const sockets = socketsOf(service);
      const hasIpv6 = sockets.some(({ address }) => address.kind === 'inet' && address.family === 6);
      return when(hasIpv6 && dualOf(sockets) === null, 'only some of its sockets serve both families');
    },
  },
  {
    id: 'L10',
    find: ({ service: { limits } }) => {
      const counts = [limits.children, limits.perAddressChildren, limits.perMinute, limits.perSecond?.rate];
      return when(counts.includes(0), 'it serves nobody, for which there is no limit');
    },
  },
  {
    id: 'L12',
    find: ({ service, accept }) => {
      const { only, never } = service.access;
      const isOpen = only === null && never.length === 0;
      if (isOpen || addressLists(service) === null) return null;
      return when(!accept, 'callers of a server that accepts by itself are not chosen by address');
    },
  },
  {
    id: 'L13',
    find: ({ service }) => when(addressLists(service) === null, 'units know no callers by their names'),
  },
  {
    id: 'L17',
    find: ({ service: { reception } }) =>
      when(reception?.ident === 'require', 'callers whose user is not known would be served too'),
  },
  {
    id: 'L20',
    find: ({ service: { action } }) =>
      when(action.kind === 'builtin', 'units run programs; superd answers this itself in inetd.conf'),
  },
  { id: 'L21', find: ({ service: { mux } }) => when(mux !== undefined, 'there are no tcpmux services') },
  { id: 'L22', find: ({ service: { rpc } }) => when(rpc !== undefined, 'units register no RPC programs') },
  {
    id: 'L23',
    find: ({ service: { action } }) =>
      when(action.kind === 'sensor', 'there are no sensors; fail2ban(1) does the like'),
  },
  {
    id: 'L31',
    find: ({ service: { setup } }) =>
      when(setup.peerArgument, 'nothing puts an address in the place of the argument %A'),
  },
  {
    id: 'L33',
    find: ({ service: { intercept } }) => when(intercept, 'its callers would come to the server unchecked'),
  },
  {
    id: 'L35',
    find: ({ service: { activation, action, sockets } }) =>
      when(
        activation === 'nowait' && action.kind === 'exec' && sockets.some(({ type }) => type === 'dgram'),
        'Accept=yes takes connections, and datagrams have none',
      ),
  },
];
