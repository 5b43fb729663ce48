/** What inetd.conf(5) loses of the gates of a service: how many callers are served, who, and when. */

import { type LossRow, when } from '../losses.ts';
import { isUsualCps } from '../rate.ts';
import { countersOf } from './limits.ts';
import type { Line } from './line.ts';

/** The table. */
export const INETD_GATE_LOSSES: readonly LossRow<Line>[] = [
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
    id: 'L29',
    find: (line) => {
      const { perAddressPerMinute, ipMax } = line.service.limits;
      const isLost = (perAddressPerMinute !== null && !countersOf(line).holdsAddresses) || ipMax !== null;
      return when(isLost, 'callers are not counted by the minute');
    },
  },
];
