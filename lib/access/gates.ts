/** The gates of a service, in the one order in which they are asked, whatever language defined it. */

import type { Access } from '../model/access.ts';
import type { Limits } from '../model/service.ts';
import type { AddressKey } from './address-key.ts';
import type { CallCounts } from './call-counts.ts';
import { isWithin } from './hours.ts';
import type { House } from './house.ts';
import type { LiveChildren } from './live-children.ts';

/** `trip` closes the whole service for a while, any other turns one caller away: a reason of the log and the counters. */
export type Refusal =
  | 'trip'
  | 'load'
  | 'hours'
  | 'children'
  | 'per-address-rate'
  | 'ip-max'
  | 'per-address-children'
  | 'process-limit'
  | 'sensor';

/** Null lets the caller go on to the next gate. `now` is monotonic, ms. */
export type Gate = (address: AddressKey, now: number) => Refusal | null;

/** What gates look at. */
export interface Gatehouse {
  readonly limits: Limits;
  readonly access: Access;
  readonly calls: CallCounts;
  readonly children: LiveChildren;
  readonly house: House;
}

/** Null where a service has no such gate: it pays nothing for it. */
type Row = (gatehouse: Gatehouse) => Gate | null;

/**
 * The order is that of xinetd(8); those of inetd stand beside their kin. Access lists come behind these, and behind them
 * what takes its time: hosts.allow and hosts.deny, and the question for the user.
 */
// biome-ignore format: a table
const ROWS: readonly Row[] = [
  ({ calls: { starts } }) => starts && ((_, now) => (starts.room(now) > 0 ? null : 'trip')),
  ({ calls: { bucket } }) => bucket && ((_, now) => (bucket.room(now) > 0 ? null : 'trip')),
  ({ access: { maxLoad }, house }) => maxLoad === null ? null : () => (house.load() > maxLoad ? 'load' : null),
  ({ access: { hours }, house }) => hours && (() => (isWithin(hours, house.minute()) ? null : 'hours')),
  ({ limits, children }) => childrenGate(limits, children),
  ({ calls: { perMinute } }) => perMinute && ((address, now) => (perMinute.admit(address, now) ? null : 'per-address-rate')),
  ({ calls: { ipMax } }) => ipMax && ((address, now) => (ipMax.admit(address, now) ? null : 'ip-max')),
  ({ limits, children }) => perAddressGate(limits, children),
  ({ house }) => house.processGate,
  ({ house }) => house.sensorGate,
];

/** Those that a service has. */
export function gatesOf(gatehouse: Gatehouse): readonly Gate[] {
  return ROWS.flatMap((row) => row(gatehouse) ?? []);
}

/** Where callers wait instead, a full service is not polled at all. */
function childrenGate({ children: most, atChildren }: Limits, children: LiveChildren): Gate | null {
  return most === null || atChildren === 'wait' ? null : () => (children.count >= most ? 'children' : null);
}

function perAddressGate({ perAddressChildren: most }: Limits, children: LiveChildren): Gate | null {
  return most === null ? null : (address) => (children.of(address) >= most ? 'per-address-children' : null);
}
