/** `superd explain`: the sockets of a service, and everything its child does before its program runs. */

import type { Loaded } from '../config/loaded.ts';
import { printable } from '../diagnostics/render.ts';
import { describe, FIXED_STEPS } from '../exec/describe.ts';
import { type ChildDefaults, planChild, type SpawnPlan } from '../exec/plan.ts';
import { formatAddress, type SocketSpec } from '../model/address.ts';
import { actionName, type Service } from '../model/service.ts';
import { alignColumns } from './table.ts';
import type { Terminal } from './terminal.ts';
import { count, wrongEntries } from './wrong.ts';

/** What to explain, and how children are started here. */
export interface Question {
  /** The unique name, the label or the first word of services; null asks for all of them. */
  readonly service: string | null;
  readonly defaults: ChildDefaults;
  readonly terminal: Terminal;
}

/** Prints the services that were asked for; 1 when there is none. */
export function explain(loaded: Loaded, { service, defaults, terminal }: Question): number {
  const found = loaded.services.filter(
    ({ name, label, origin }) => service === null || [name, label, origin.word].includes(service),
  );
  terminal.out(found.map((one) => explanation(one, defaults)).join('\n'));
  if (found.length > 0) return 0;
  const what = service === null ? 'there is no service' : `there is no service '${printable(service)}'`;
  const wrong = wrongEntries(loaded);
  terminal.err(
    `superd explain: ${what}${wrong === null ? '' : ` (${wrong})`}; "superd list" names those there are\n`,
  );
  return 1;
}

function explanation(service: Service, defaults: ChildDefaults): string {
  const { origin, action } = service;
  return [
    `${service.name}  (${origin.file}:${origin.line})`,
    ...service.sockets.map((socket) => `  socket   ${socketText(socket)}`),
    ...(service.mux === undefined
      ? []
      : [`  tcpmux   ${service.mux.name}${service.mux.plus ? ', superd says +Go' : ''}`]),
    ...(service.rpc === undefined
      ? []
      : [`  rpc      ${service.rpc.program}, versions ${service.rpc.low} to ${service.rpc.high}`]),
    ...(action.kind === 'exec' ? [`  ${activationText(service)}`] : []),
    ...limitLines(service),
    ...(service.wrap === null ? [] : [`  access   hosts.allow and hosts.deny, as ${service.wrap.daemon}`]),
    ...(action.kind === 'exec'
      ? childLines(planChild(service, action, defaults))
      : [`  answer   superd itself (${actionName(action)}); no child is started`]),
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

function socketText(socket: SocketSpec): string {
  const { type, address, backlog, sendBuffer, receiveBuffer, file, protocol } = socket;
  const listens = type === 'stream' || type === 'seqpacket';
  return [
    `${type} ${formatAddress(address)}`,
    ...(address.kind === 'inet' && address.dual ? ['also IPv4'] : []),
    ...(protocol === 0 ? [] : [`protocol ${protocol}`]),
    ...(listens ? [`backlog ${backlog}`] : []),
    ...(sendBuffer === undefined ? [] : [`SO_SNDBUF ${sendBuffer}`]),
    ...(receiveBuffer === undefined ? [] : [`SO_RCVBUF ${receiveBuffer}`]),
    ...(file === undefined ? [] : [`mode ${file.mode.toString(8).padStart(4, '0')}`]),
    ...(file?.owner === undefined ? [] : [`owner ${file.owner.uid}:${file.owner.gid}`]),
  ].join(', ');
}

function activationText({ activation }: Service): string {
  return activation === 'wait'
    ? 'wait     one child at a time gets the socket itself'
    : 'nowait   superd accepts, each connection gets a child';
}

function limitLines({ limits }: Service): readonly string[] {
  const { perMinute, tripPauseMs, children, perAddressPerMinute, perAddressChildren, ipMax } = limits;
  return [
    ...(perMinute === null ? [] : [`${perMinute} starts in 60 s, then ${tripPauseMs / 1000} s pause`]),
    ...(children === null ? [] : [`${count(children, 'child', 'children')} at once`]),
    ...(perAddressPerMinute === null
      ? []
      : [`${perAddressPerMinute} connections of one address in a minute`]),
    ...(perAddressChildren === null
      ? []
      : [`${count(perAddressChildren, 'child', 'children')} for one address at once`]),
    ...(ipMax === null ? [] : [`${ipMax} requests of one address in 60 s`]),
  ].map((text) => `  limit    ${text}`);
}

function childLines({ argv, environment, environmentSlots, operations }: SpawnPlan): readonly string[] {
  const words = argv.map((word) => (typeof word === 'string' ? JSON.stringify(word) : '(the peer)'));
  const steps = [
    ...FIXED_STEPS.map(({ text }) => [text, 'always']),
    ...operations.map((operation) => [describe(operation), operation.because]),
  ];
  return [
    `  argv     ${words.join(' ')}`,
    `  environ  ${Object.keys(environment).length} variables of superd's own${environmentSlots > 0 ? ', TCPLOCALIP, TCPREMOTEIP and their like' : ''}`,
    '  child',
    ...alignColumns(steps.map(([what = '', because = ''], i) => [`${i + 1}.`.padStart(5), what, because])),
  ];
}
