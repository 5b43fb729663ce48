/** `superd explain`: the sockets of a service, and everything its child does before its program runs. */

import type { Loaded } from '../config/loaded.ts';
import { NO_UNITS } from '../config/systemd/no-units.ts';
import { printable } from '../diagnostics/render.ts';
import { describe, FIXED_STEPS } from '../exec/describe.ts';
import { type ChildDefaults, planChild, type SpawnPlan } from '../exec/plan.ts';
import { formatAddress, type SocketSpec } from '../model/address.ts';
import { actionName, type ChildSetup, type Service } from '../model/service.ts';
import type { Unit } from '../model/socket-unit.ts';
import { accessTexts, limitTexts, receptionTexts } from './explain-gates.ts';
import { explainUnit } from './explain-unit.ts';
import { alignColumns } from './table.ts';
import type { Terminal } from './terminal.ts';
import { wrongEntries } from './wrong.ts';

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
  const units = unitsAsked(loaded, service);
  terminal.out(
    [
      ...found.map((one) => explanation(one, defaults)),
      ...units.map((unit) => explainUnit(unit, loaded.units?.store ?? NO_UNITS, defaults)),
    ].join('\n'),
  );
  if (found.length + units.length > 0) return 0;
  const what = service === null ? 'there is no service' : `there is no service '${printable(service)}'`;
  const wrong = wrongEntries(loaded);
  terminal.err(
    `superd explain: ${what}${wrong === null ? '' : ` (${wrong})`}; "superd list" names those there are\n`,
  );
  return 1;
}

/** The unit of a name, with or without its suffix, and the service of a socket; all that have a file where nobody is named. */
function unitsAsked({ units }: Loaded, name: string | null): readonly Unit[] {
  if (units === undefined) return [];
  const names = name === null ? units.store.names() : [name, `${name}.socket`, `${name}.service`];
  const asked = names.flatMap((one) => units.store.unit(one) ?? []);
  const services = asked.flatMap((unit) => (unit.kind === 'socket' ? [unit.service] : []));
  const all = [...asked, ...services.flatMap((one) => units.store.unit(one) ?? [])];
  return [...new Map(all.map((unit) => [unit.head.name, unit])).values()];
}

/** A word, and the texts of its lines; in the order in which a caller meets them. */
// biome-ignore format: a table
const LINES: readonly (readonly [word: string, texts: (service: Service, defaults: ChildDefaults) => readonly string[]])[] = [
  ['socket', ({ sockets }) => sockets.map(socketText)],
  ['tcpmux', ({ mux }) => (mux === undefined ? [] : [`${mux.name}${mux.plus ? ', superd says +Go' : ''}`])],
  ['rpc', ({ rpc }) => (rpc === undefined ? [] : [`${rpc.program}, versions ${rpc.low} to ${rpc.high}`])],
  ['wait', (service) => (startsOnce(service) ? [waitText(service)] : [])],
  ['nowait', ({ action, activation }) => action.kind === 'exec' && activation === 'nowait' ? ['superd accepts, each connection gets a child'] : []],
  ['limit', ({ limits }) => limitTexts(limits)],
  ['access', accessTexts],
  ['caller', ({ reception }) => receptionTexts(reception)],
  ['log', logTexts],
  ['stop', ({ servers }) => (servers === 'end' ? ['running servers end with the service'] : [])],
  ['answer', ({ action }) => (action.kind === 'exec' ? [] : [`superd itself (${actionName(action)}); no child is started`])],
];

function explanation(service: Service, defaults: ChildDefaults): string {
  const { origin, action } = service;
  return [
    `${service.name}  (${origin.file}:${origin.line})`,
    ...LINES.flatMap(([word, texts]) =>
      texts(service, defaults).map((text) => `  ${word.padEnd(8)} ${text}`),
    ),
    ...(action.kind === 'exec'
      ? childLines(planChild(service, action, defaults), service.setup, defaults)
      : []),
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
    ...(socket.noDelay === true ? ['TCP_NODELAY'] : []),
    ...(socket.keepAlive === true ? ['SO_KEEPALIVE'] : []),
    ...(socket.optional === true ? ['where the kernel has IPv6'] : []),
    ...(file === undefined ? [] : [`mode ${file.mode.toString(8).padStart(4, '0')}`]),
    ...(file?.owner === undefined ? [] : [`owner ${file.owner.uid}:${file.owner.gid}`]),
  ].join(', ');
}

function startsOnce({ action, activation }: Service): boolean {
  return action.kind === 'exec' && activation === 'wait';
}

function waitText({ intercept }: Service): string {
  return intercept
    ? 'one child at a time gets a private socket; superd checks each caller and passes it on'
    : 'one child at a time gets the socket itself';
}

function logTexts({ log }: Service): readonly string[] {
  if (log === null) return [];
  const { target } = log;
  return [
    [
      target.kind === 'file' ? target.path : `syslog ${target.facility}.${target.level}`,
      ...(log.success.length === 0 ? [] : [`served: ${log.success.join(' ')}`]),
      ...(log.failure.length === 0 ? [] : [`refused: ${log.failure.join(' ')}`]),
    ].join(', '),
  ];
}

function childLines(
  { argv, environment, operations }: SpawnPlan,
  setup: ChildSetup,
  defaults: ChildDefaults,
): readonly string[] {
  const words = argv.map((word) => (typeof word === 'string' ? JSON.stringify(word) : '(the peer)'));
  const steps = [
    ...FIXED_STEPS.map(({ text }) => [text, 'always']),
    ...operations.map((operation) => [describe(operation), operation.because]),
  ];
  const own = Object.entries(environment).filter(
    ([name, value]) => defaults.wholeEnvironment[name] !== value,
  );
  const environ = [
    `${Object.keys(environment).length - own.length} variables of superd's own`,
    ...own.map(([name, value]) => `${name}=${value}`),
    ...STARTED[setup.tcpEnvironment],
  ];
  return [
    `  argv     ${words.join(' ')}`,
    `  environ  ${environ.join(', ')}`,
    '  child',
    ...alignColumns(steps.map(([what = '', because = ''], i) => [`${i + 1}.`.padStart(5), what, because])),
  ];
}

const STARTED: Readonly<Record<ChildSetup['tcpEnvironment'], readonly string[]>> = {
  none: [],
  addresses: ['TCPLOCALIP, TCPREMOTEIP and their like'],
  resolve: ['TCPLOCALIP, TCPREMOTEIP and their like'],
  'remote-host': ["REMOTE_HOST=(the caller's address)"],
};
