/** What `superd explain` says about the gates of a service: limits, access, and what a caller meets before the server. */

import type { AddressRule, Hours } from '../model/access.ts';
import type { Limits, Reception, Service } from '../model/service.ts';
import { count } from './wrong.ts';

/** A text for each limit that is set. */
export function limitTexts(limits: Limits): readonly string[] {
  const { perMinute, tripPauseMs, perSecond, children, perAddressPerMinute, perAddressChildren, ipMax } =
    limits;
  return [
    ...(perMinute === null ? [] : [`${perMinute} starts in 60 s, then ${tripPauseMs / 1000} s pause`]),
    ...(perSecond === null
      ? []
      : [`${perSecond.rate} starts a second, then ${perSecond.pauseMs / 1000} s pause`]),
    ...(children === null
      ? []
      : [`${count(children, 'child', 'children')} at once${overChildren(limits.atChildren)}`]),
    ...(perAddressPerMinute === null
      ? []
      : [`${perAddressPerMinute} connections of one address in a minute`]),
    ...(perAddressChildren === null
      ? []
      : [`${count(perAddressChildren, 'child', 'children')} for one address at once`]),
    ...(ipMax === null ? [] : [`${ipMax} requests of one address in 60 s`]),
  ];
}

function overChildren(at: Limits['atChildren']): string {
  return at === 'refuse' ? ', further callers are refused' : '';
}

/** A text for each gate that looks at the caller or the hour, in the order in which they are asked. */
export function accessTexts({ access, wrap }: Service): readonly string[] {
  const { maxLoad, hours, only, never } = access;
  return [
    ...(maxLoad === null ? [] : [`while the load average is at most ${maxLoad}`]),
    ...(hours === null ? [] : [`at ${hours.map(hoursText).join(' ')}`]),
    ...(never.length === 0 ? [] : [`never ${never.map(ruleText).join(' ')}`]),
    ...(only === null ? [] : [only.length === 0 ? 'nobody' : `only ${only.map(ruleText).join(' ')}`]),
    ...(wrap === null ? [] : [`hosts.allow and hosts.deny, as ${wrap.daemon}`]),
  ];
}

function hoursText({ from, to }: Hours): string {
  const time = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return `${time(from)}-${time(to)}`;
}

/** An element of a list of addresses, as one would write it. */
export function ruleText(rule: AddressRule): string {
  switch (rule.kind) {
    case 'network':
      return rule.bits === (rule.family === 4 ? 32 : 128) ? rule.address : `${rule.address}/${rule.bits}`;
    case 'host':
      return rule.name;
    case 'domain':
      return rule.suffix;
  }
}

/** A text for each thing that a caller gets or is asked before its server. */
export function receptionTexts(reception: Reception | null): readonly string[] {
  if (reception === null) return [];
  const { banner, ident, identRefused } = reception;
  return [
    ...(banner.always === null ? [] : [`gets ${banner.always} first`]),
    ...(banner.success === null ? [] : [`gets ${banner.success} before the server`]),
    ...(banner.failure === null ? [] : [`gets ${banner.failure} when refused`]),
    ...(ident === 'none' ? [] : [IDENT[ident]]),
    ...(identRefused ? ['is asked for its user (RFC 1413) also when refused'] : []),
  ];
}

const IDENT: Readonly<Record<Exclude<Reception['ident'], 'none'>, string>> = {
  ask: 'is asked for its user (RFC 1413)',
  require: 'is asked for its user (RFC 1413), and refused without an answer',
};
