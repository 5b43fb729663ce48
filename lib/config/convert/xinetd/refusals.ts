/** What has no form in xinetd.conf(5), or only one that is open to more callers: such a service is not converted. */

import { type LossRow, when } from '../losses.ts';
import { gainsIPv4, hoursWords } from './access.ts';
import type { Block } from './block.ts';

/** The table. */
export const XINETD_REFUSALS: readonly LossRow<Block>[] = [
  {
    id: 'L12',
    find: ({ service: { access } }) => {
      const lists = [access.only ?? [], access.never];
      const isWider = lists.some((rules) => rules.some((rule) => gainsIPv4(rule, rules)));
      return when(isWider, 'a network of IPv6 would also be taken for callers of IPv4');
    },
  },
  {
    id: 'L14',
    find: ({ service: { access } }) =>
      when(
        access.hours !== null && hoursWords(access.hours).length === 0,
        'it is served in single minutes only',
      ),
  },
  {
    id: 'L20',
    find: ({ service: { action } }) =>
      when(action.kind === 'builtin' && action.name === 'auth', 'xinetd has no internal auth'),
  },
  {
    id: 'L22',
    find: ({ service: { rpc } }) =>
      when(rpc !== undefined && rpc.high - rpc.low > 255, 'it has more than 256 versions'),
  },
  {
    id: 'L25',
    find: ({ place }) => when(place?.socket.address.kind === 'unix', 'xinetd listens on no Unix socket'),
  },
  {
    id: 'L31',
    find: ({ service: { setup } }) =>
      when(setup.peerArgument, 'xinetd puts no address in the place of the argument %A'),
  },
  {
    id: 'L35',
    find: ({ service: { activation, action }, place }) =>
      when(
        place?.socket.type === 'dgram' && activation === 'nowait' && action.kind === 'exec',
        'a server of datagrams waits; there is none for each caller',
      ),
  },
];
