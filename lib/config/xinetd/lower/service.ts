/** A complete draft → the service, as every language has it. */

import type { Diagnostics } from '../../../diagnostics/diagnostic.ts';
import type { Action, Activation, RpcProgram, Service } from '../../../model/service.ts';
import type { XinetdContext } from '../context.ts';
import { type Draft, hasFlag, hasType, idOf, placeOf } from '../entry.ts';
import { accountOf, ownAccount } from './account.ts';
import { actionOf, wrapOf } from './action.ts';
import { isMux, listedPort, protocolOf, socketTypeOf } from './facts.ts';
import { accessOf, limitsOf, logOf, receptionOf } from './gates.ts';
import { setupOf } from './setup.ts';
import { socketsOf } from './sockets.ts';

/** Makes the service; null when its account or its address is refused, which is reported. */
export function lower(draft: Draft, context: XinetdContext, diagnostics: Diagnostics): Service | null {
  const { values, name } = draft;
  const action = actionOf(draft, context);
  const activation = activationOf(draft, action);
  const account = action.kind === 'exec' ? accountOf(draft, context, diagnostics) : ownAccount(context);
  const placed = socketsOf(draft, activation, context, diagnostics);
  if (account === null || placed === null) return null;
  const id = idOf(draft);
  const asksUser = canAskUser(draft, activation, context);
  const reception = receptionOf(values, asksUser);
  const isWaitStream = activation === 'wait' && socketTypeOf(values) === 'stream' && action.kind === 'exec';
  const isAsked = hasFlag(values, 'INTERCEPT') || (isWaitStream && looksAtCallers(draft, reception));
  const intercept = isAsked && activation === 'wait' && action.kind === 'exec';
  const plain: Service = {
    name: id,
    label: `${name.text}/${protocolOf(values)?.name ?? ''}`,
    origin: { file: draft.source.file, line: draft.line, word: id },
    sockets: placed.sockets,
    activation,
    action,
    account,
    limits: limitsOf(values, { activation, intercept }),
    setup: setupOf(values),
    refuseFtpData: false,
    refuseLoopback: false,
    wrap: wrapOf(draft, action),
    access: accessOf(values, placed.mapped),
    reception,
    log: logOf(id, values, { common: !draft.places.has('logType'), asksUser }),
    mapped: placed.mapped,
    intercept,
    startRetries: hasFlag(values, 'NORETRY') ? 0 : 5,
    servers: 'end',
  };
  remarkOnWaiting(draft, plain, isWaitStream, diagnostics);
  if (isMux(values)) return { ...plain, mux: { name: name.text, plus: hasType(values, 'TCPMUXPLUS') } };
  return hasType(values, 'RPC') ? { ...plain, rpc: rpcOf(draft, context) } : plain;
}

/** Built-in services know by themselves how they are answered. */
function activationOf({ values }: Draft, { kind }: Action): Activation {
  if (kind === 'exec') return values.wait === true ? 'wait' : 'nowait';
  return socketTypeOf(values) === 'dgram' ? 'wait' : 'nowait';
}

/** Only a connection has a user; one to the ident server itself would be asked about for ever (RFC 1413). */
function canAskUser(draft: Draft, activation: Activation, { names }: XinetdContext): boolean {
  if (activation === 'wait' || socketTypeOf(draft.values) !== 'stream') return false;
  return (draft.values.port ?? listedPort(draft, names)) !== 113;
}

/** Whether each caller must be seen: who it is, or what it is greeted with. */
function looksAtCallers({ values }: Draft, reception: Service['reception']): boolean {
  const { onlyFrom, noAccess = [], libwrap, perSource = Number.POSITIVE_INFINITY } = values;
  return (
    onlyFrom !== undefined ||
    noAccess.length > 0 ||
    (libwrap !== undefined && !hasFlag(values, 'NOLIBWRAP')) ||
    perSource !== Number.POSITIVE_INFINITY ||
    reception !== null
  );
}

function remarkOnWaiting(
  draft: Draft,
  service: Service,
  isWaitStream: boolean,
  diagnostics: Diagnostics,
): void {
  const span = placeOf(draft, 'wait');
  if (service.intercept) {
    const message = 'superd passes its callers through itself, so that each of them is checked';
    const help = "the server sees connections of superd: write 'wait = no' if it can serve one connection";
    diagnostics.note('xinetd/intercepted', span, message, help);
  } else if (isWaitStream && !hasFlag(draft.values, 'NOLIBWRAP')) {
    const message =
      'hosts.allow and hosts.deny see an unknown client: a wait server accepts the connections itself';
    const help = "write 'libwrap = NAME' to have superd check each of them, or 'flags = NOLIBWRAP'";
    diagnostics.warning('xinetd/wait-unwrapped', span, message, help);
  }
}

function rpcOf({ values, name }: Draft, { names }: XinetdContext): RpcProgram {
  const { low, high } = values.rpcVersion ?? { low: 1, high: 1 };
  const listed = hasType(values, 'UNLISTED') ? null : names.rpcProgram(name.text);
  return { name: name.text, program: listed ?? values.rpcNumber ?? 0, low, high };
}
