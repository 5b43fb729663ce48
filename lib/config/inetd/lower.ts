/** Entry → services: one for each socket, every name looked up, every default filled in. */

import { type Diagnostic, Diagnostics } from '../../diagnostics/diagnostic.ts';
import { OPEN_ACCESS } from '../../model/access.ts';
import { formatAddress } from '../../model/address.ts';
import {
  type Account,
  type Activation,
  type ChildSetup,
  INETD_ENVIRONMENT,
  type ProgramOrBuiltin,
  type RpcProgram,
  type Service,
} from '../../model/service.ts';
import { accountOf } from './account.ts';
import { actionOf, type ProgramContext } from './action.ts';
import type { Entry } from './entry.ts';
import { limitsOf } from './limits.ts';
import { type Placed, type SocketContext, socketsOf } from './sockets.ts';
import { wrapOf } from './wrap.ts';

/** Everything outside the file that decides what an entry becomes; all of it is looked up beforehand. */
export type LowerContext = ProgramContext & SocketContext;

/** The services of one entry; null when it cannot be served. An entry that is `off` has none. */
export interface Lowered {
  readonly services: readonly Service[] | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes the services of an entry. All that is wrong with it is reported, not only the first thing. */
export function lower(entry: Entry, context: LowerContext): Lowered {
  const diagnostics = new Diagnostics(entry.source);
  const account = accountOf(entry.owner, context, diagnostics);
  const action = actionOf(entry, context, diagnostics);
  const placed = socketsOf(entry, context, diagnostics);
  const rpc = rpcOf(entry, context, diagnostics);
  const allowed = ipsecAllows(entry, context, diagnostics);
  if (account === null || action === null || placed === null || rpc === null || !allowed) {
    return { services: null, diagnostics: diagnostics.all };
  }
  const activation = activationOf(entry, action, context, diagnostics);
  const { rules, settings } = context;
  const wrap = wrapOf(entry, action, { rules, scope: settings.wrap }, diagnostics);
  const decided = { account, action, activation, rpc, wrap };
  const places = entry.service.kind === 'mux' ? [null] : placed;
  const services = places.map((place) => serviceOf(entry, place, decided, context));
  return { services: entry.on ? services : [], diagnostics: diagnostics.all };
}

interface Decided {
  readonly account: Account;
  readonly action: ProgramOrBuiltin;
  readonly activation: Activation;
  readonly rpc: RpcProgram | undefined;
  readonly wrap: Service['wrap'];
}

function serviceOf(
  entry: Entry,
  place: Placed | null,
  { account, action, activation, rpc, wrap }: Decided,
  { rules, settings }: LowerContext,
): Service {
  const { service, protocol } = entry;
  // Written out, not spread: ten thousand objects of one shape take half the memory.
  const plain: Service = {
    name: nameOf(entry, place),
    label: `${entry.serviceText}/${entry.protocolText}`,
    origin: entry.origin,
    sockets: place === null ? [] : [place.spec],
    activation,
    action,
    account,
    limits: limitsOf(entry, { action, activation }, rules, settings),
    setup: setupOf(entry, action, activation, { rules, settings }),
    refuseFtpData: rules.refuseFtpData && protocol.kind === 'inet' && protocol.transport === 'tcp',
    refuseLoopback: rules.refuseLoopback && action.kind === 'builtin' && entry.type === 'dgram',
    wrap,
    access: OPEN_ACCESS,
    reception: null,
    log: null,
    mapped: false,
    intercept: false,
    startRetries: 0,
    servers: 'leave',
  };
  if (service.kind === 'mux') return { ...plain, mux: { name: service.name, plus: service.plus } };
  return rpc === undefined ? plain : { ...plain, rpc };
}

/** Builtins know by themselves how they are answered; datagrams go to one child at a time. */
function activationOf(
  { type, protocol, activation, spans, args }: Entry,
  action: ProgramOrBuiltin,
  { rules }: LowerContext,
  diagnostics: Diagnostics,
): Activation {
  const isDatagram = type === 'dgram' || type === 'raw';
  if (action.kind === 'builtin') return isDatagram ? 'wait' : 'nowait';
  if (!isDatagram || activation === 'wait') {
    if (activation === 'wait' && rules.peerArgument && args[1]?.text === '%A') {
      const help = "write 'nowait': a wait server asks for the peer itself";
      diagnostics.warning(
        'inetd/peer-argument',
        args[1].span,
        "'%A' stands for nobody in a wait entry",
        help,
      );
    }
    return activation;
  }
  if (rules.dgramNowait === 'per-peer' && protocol.kind === 'inet') return 'nowait';
  const help = "write 'wait': a second process for the same datagram is what nobody wants";
  diagnostics.warning(
    'inetd/dgram-nowait',
    spans.wait,
    'datagrams are served as with wait, one child at a time',
    help,
  );
  return 'wait';
}

const NO_RESOURCES: ChildSetup['resources'] = [];

function setupOf(
  { type, protocol }: Entry,
  action: ProgramOrBuiltin,
  activation: Activation,
  { rules, settings }: Pick<LowerContext, 'rules' | 'settings'>,
): ChildSetup {
  const perConnection = activation === 'nowait' && action.kind === 'exec';
  const hasEnvironment = perConnection && type === 'stream' && protocol.kind === 'inet';
  return {
    stderr: activation === 'wait' ? rules.waitStderr : 'socket',
    tcpEnvironment: hasEnvironment ? settings.tcpEnvironment : 'none',
    peerArgument: rules.peerArgument && perConnection && action.argv[1] === '%A',
    shellFallback: rules.shellFallback,
    environment: INETD_ENVIRONMENT,
    umask: null,
    nice: 0,
    resources: NO_RESOURCES,
  };
}

/** The RPC program; undefined for other services, null when it is unknown. */
function rpcOf(
  { service, spans }: Entry,
  { names }: LowerContext,
  diagnostics: Diagnostics,
): RpcProgram | null | undefined {
  if (service.kind !== 'rpc') return undefined;
  const { program: name, versions } = service;
  const number = /^[0-9]{1,10}$/.test(name) ? Number(name) : names.rpcProgram(name);
  if (number !== null && number < 2 ** 32) return { name, program: number, ...versions };
  const help = 'write the number of the program, or add its name to /etc/rpc';
  diagnostics.error('inetd/unknown-rpc', spans.service, `unknown RPC program '${name}'`, help);
  return null;
}

function ipsecAllows({ ipsec, spans }: Entry, { settings }: LowerContext, diagnostics: Diagnostics): boolean {
  if (ipsec === null || !settings.strict) return true;
  const help = "leave out --strict, or end the policy above with a bare '#@'";
  diagnostics.error(
    'inetd/ipsec-refused',
    spans.service,
    'it is under an IPsec policy, which is not enforced',
    help,
  );
  return false;
}

/** How `list` calls the service: where it listens, in the words of the file. */
function nameOf({ service, serviceText, protocol, type }: Entry, place: Placed | null): string {
  if (place === null || service.kind === 'mux') return serviceText;
  const { address } = place.spec;
  if (address.kind === 'unix') return type === 'stream' ? address.path : `${type}:${address.path}`;
  const digits = address.dual ? '46' : String(address.family);
  const transport = protocol.kind === 'inet' ? `${protocol.transport}${digits}` : type;
  const isAny = place.host === null || place.host.kind === 'any';
  const host = isAny ? '' : `${formatAddress(address).replace(/:[0-9]+$/, '')}:`;
  return `${host}${serviceText}/${transport}`;
}
