/** The definition of a service in the words of a state dump; values are those in force, inherited or not. */

import type { SocketSpec } from '../../model/address.ts';
import type { Action, EnvironmentSetup, Limits, Service } from '../../model/service.ts';
import { titleOf } from '../service-title.ts';
import { accessLines, hoursLines } from './access-lines.ts';
import { logLines } from './log-lines.ts';
import type { DaemonFacts } from './snapshot.ts';
import { flagsOf, typesOf } from './traits.ts';

/** The lines behind `Service configuration: NAME`, without their tabs. */
export function serviceLines(service: Service, environment: DaemonFacts['environment']): readonly string[] {
  const { access, account, action, activation, limits, log, name, setup, sockets, wrap } = service;
  return [
    `id = ${name}`,
    ...words('flags', flagsOf(service)),
    ...words('type', typesOf(service)),
    `socket_type = ${sockets[0]?.type ?? 'stream'}`,
    `Protocol (name,number) = ${protocolText(service)}`,
    ...portLines(service),
    `Instances = ${limits.children ?? 'UNLIMITED'}`,
    `wait = ${yesNo(activation === 'wait')}`,
    `user = ${account.uid}`,
    `group = ${account.gid}`,
    `Groups = ${yesNo(account.groups.length > 0)}`,
    ...(setup.umask === null ? [] : [`umask = ${setup.umask.toString(8)}`]),
    ...(setup.nice === 0 ? [] : [`Nice = ${setup.nice}`]),
    ...rateLines(limits.perSecond),
    `PER_SOURCE = ${limits.perAddressChildren ?? -1}`,
    bindLine(sockets[0]),
    ...programLines(action),
    ...(wrap === null ? [] : [`Libwrap = ${wrap.daemon}`]),
    ...redirectLines(action),
    ...rpcLines(service),
    ...hoursLines(access),
    ...accessLines(access),
    ...denyLines(action),
    ...logLines(log),
    ...environmentLines(setup.environment, environment),
  ];
}

/** `CPS = max conn:N wait:SECONDS`. */
export function rateLines(perSecond: Limits['perSecond']): readonly string[] {
  return perSecond === null
    ? []
    : [`CPS = max conn:${perSecond.rate} wait:${Math.round(perSecond.pauseMs / 1000)}`];
}

export function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function words(title: string, list: readonly string[]): readonly string[] {
  return list.length === 0 ? [] : [`${title} = ${list.join(' ')}`];
}

function protocolText(service: Service): string {
  const { protocol } = titleOf(service);
  const spec = service.sockets[0];
  if (spec?.address.kind === 'unix') return `(${protocol},0)`;
  if (spec?.type === 'dgram') return `(${protocol},17)`;
  return `(${protocol},${spec === undefined || spec.type === 'stream' ? 6 : spec.protocol})`;
}

function portLines({ mux, rpc, sockets }: Service): readonly string[] {
  const address = sockets[0]?.address;
  return address?.kind === 'inet' && mux === undefined && rpc === undefined ? [`port = ${address.port}`] : [];
}

function bindLine(spec: SocketSpec | undefined): string {
  const address = spec?.address;
  if (address?.kind === 'unix') return `Bind = ${address.path}`;
  const all = address === undefined || address.host === '::' || address.host === '0.0.0.0';
  return `Bind = ${all ? 'All addresses.' : address.host}`;
}

function programLines(action: Action): readonly string[] {
  if (action.kind !== 'exec') return [];
  return [`Server = ${action.program}`, `Server argv = ${action.argv.join(' ')}`];
}

function redirectLines(action: Action): readonly string[] {
  return action.kind === 'redirect' ? [`Redirect = ${action.host}:${action.port}`] : [];
}

function rpcLines({ rpc }: Service): readonly string[] {
  if (rpc === undefined) return [];
  const versions = rpc.low === rpc.high ? `${rpc.low}` : `${rpc.low}-${rpc.high}`;
  return ['RPC data', `\tprogram number = ${rpc.program}`, `\trpc_version = ${versions}`];
}

/** Minutes; 0 is never, -1 for ever. */
function denyLines(action: Action): readonly string[] {
  if (action.kind !== 'sensor') return [];
  return [`Deny Time: ${action.denyMinutes === 'forever' ? -1 : action.denyMinutes}`];
}

function environmentLines(
  { inherit, set }: EnvironmentSetup,
  environment: DaemonFacts['environment'],
): readonly string[] {
  const added = Object.entries(set).map(([name, value]) => `\t${name}=${value}`);
  const chosen = typeof inherit === 'string' ? null : inherit;
  if (chosen === null && added.length === 0) return [];
  const inherited = (chosen ?? Object.keys(environment)).flatMap((name) =>
    environment[name] === undefined || name in set ? [] : [`\t${name}=${environment[name]}`],
  );
  return [
    ...(chosen === null ? [] : [`Passenv = ${chosen.join(' ')}`]),
    ...(added.length === 0 ? [] : ['Environment additions:', ...added]),
    'Environment strings:',
    ...inherited,
    ...added,
  ];
}
