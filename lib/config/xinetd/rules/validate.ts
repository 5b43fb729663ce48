/** Whether the attributes of a service fit together: a table, in the order in which xinetd looks. */

import { resolve } from 'node:path';
import type { Diagnostics } from '../../../diagnostics/diagnostic.ts';
import type { XinetdContext } from '../context.ts';
import { type Draft, hasFlag, hasType, placeOf, type Values } from '../entry.ts';
import {
  builtinOf,
  isInternal,
  isMux,
  isSensor,
  listedPort,
  protocolOf,
  socketTypeOf,
} from '../lower/facts.ts';

/** Reports everything that keeps the service from being served; true when there is nothing. */
export function isComplete(draft: Draft, context: XinetdContext, diagnostics: Diagnostics): boolean {
  let complete = true;
  for (const check of CHECKS) {
    const problem = check(draft, context);
    if (problem === null) continue;
    const { code, key, message, help } = problem;
    const span = key === null ? draft.name.span : placeOf(draft, key);
    diagnostics.error(code, span, message, help);
    complete = false;
  }
  return complete;
}

interface Problem {
  readonly code: string;
  /** Whose line is underlined; null: the name of the service. */
  readonly key: keyof Values | null;
  readonly message: string;
  readonly help: string;
}

type Check = (draft: Draft, context: XinetdContext) => Problem | null;

const CHECKS: readonly Check[] = [
  server,
  program,
  argumentsWithName,
  port,
  builtin,
  adminShell,
  labeled,
  identOnly,
  mux,
  rpc,
  listed,
  redirect,
  traffic,
  datagrams,
  pair,
  groups,
  required('socketType', 'socket_type', ({ values }) => socketTypeOf(values) === undefined),
  required('wait', 'wait', ({ values }) => values.wait === undefined),
  required(
    'user',
    'user',
    ({ values }, { settings }) => values.user === undefined && needsUser(values, settings),
  ),
  required('protocol', 'protocol', ({ values }) => protocolOf(values) === undefined),
  required(
    'rpcVersion',
    'rpc_version',
    ({ values }) => hasType(values, 'RPC') && values.rpcVersion === undefined,
  ),
  required(
    'rpcNumber',
    'rpc_number',
    ({ values }) => hasType(values, 'RPC') && hasType(values, 'UNLISTED') && values.rpcNumber === undefined,
  ),
];

function problem(code: string, key: keyof Values | null, message: string, help: string): Problem {
  return { code, key, message, help };
}

function server({ values }: Draft): Problem | null {
  if (values.server !== undefined || values.redirect !== undefined || hasType(values, 'INTERNAL'))
    return null;
  const help = isSensor(values) ? "write 'type = INTERNAL'" : "write 'server = /usr/sbin/…'";
  return problem('xinetd/missing-attribute', null, 'it has no server', help);
}

function program({ values }: Draft, { programs, directory }: XinetdContext): Problem | null {
  const { server: path } = values;
  if (path === undefined || values.redirect !== undefined || isInternal(values)) return null;
  const whole = resolve(directory, path.text);
  const state = programs.get(whole) ?? 'missing';
  if (state === 'ok') return null;
  const message = state === 'missing' ? `there is no program ${whole}` : `${whole} cannot be executed`;
  const help = 'install it or correct the path; a reload then brings the service';
  return problem('xinetd/bad-program', 'server', message, help);
}

function argumentsWithName({ values }: Draft): Problem | null {
  if (!hasFlag(values, 'NAMEINARGS')) return null;
  const code = 'xinetd/names-in-args';
  const help = 'leave the flag out';
  if (isInternal(values))
    return problem(code, 'flags', 'NAMEINARGS means nothing to an internal service', help);
  if (values.redirect !== undefined)
    return problem(code, 'flags', 'NAMEINARGS means nothing to a redirected service', help);
  if (values.serverArgs !== undefined) return null;
  return problem(
    code,
    'flags',
    'NAMEINARGS without server_args',
    "write 'server_args = NAME …' with argv[0] first",
  );
}

function port(draft: Draft, { names }: XinetdContext): Problem | null {
  const { values, name } = draft;
  if (draft.places.has('port') || isMux(values) || hasType(values, 'RPC')) return null;
  const code = 'xinetd/no-port';
  if (hasType(values, 'UNLISTED'))
    return problem(code, null, 'an UNLISTED service has a port', "write 'port = …'");
  if (protocolOf(values) === undefined || listedPort(draft, names) !== null) return null;
  const help = "write 'type = UNLISTED' and 'port = …', or add the name to /etc/services";
  return problem(
    code,
    null,
    `there is no service '${name.text}' for ${protocolOf(values)?.name} in /etc/services`,
    help,
  );
}

function builtin(draft: Draft): Problem | null {
  const { values, name } = draft;
  if (!hasType(values, 'INTERNAL') || isSensor(values)) return null;
  const type = socketTypeOf(values);
  if (type === undefined) return null;
  const found = builtinOf(draft);
  if (found !== null && found !== 'tcpmux') return null;
  if (found === 'tcpmux' && values.wait !== true) return null;
  const help =
    'internal are echo, discard, time, daytime and chargen; over stream also tcpmux, servers, services and xadmin';
  return problem('xinetd/no-builtin', null, `there is no internal service '${name.text}' for ${type}`, help);
}

/** It shows and tells what runs to everybody who can reach it. */
function adminShell(draft: Draft): Problem | null {
  const { values } = draft;
  if (!hasType(values, 'INTERNAL') || isSensor(values) || builtinOf(draft) !== 'xadmin') return null;
  const addresses = values.bind?.addresses ?? [];
  if (addresses.length > 0 && addresses.every((address) => /^127\.|^::1$/.test(address))) return null;
  const help = "write 'bind = 127.0.0.1'";
  return problem('xinetd/open-admin', 'bind', 'xadmin has no password and is served on loopback only', help);
}

function labeled({ values }: Draft): Problem | null {
  if (!hasFlag(values, 'LABELED')) return null;
  const message = 'servers cannot be given the label of their connection';
  return problem('xinetd/labeled', 'flags', message, 'leave LABELED out where it is not needed');
}

/** xinetd asks for nobody's user here, and serves everybody. */
function identOnly({ values }: Draft, { settings }: XinetdContext): Problem | null {
  if (settings.strict || !hasFlag(values, 'IDONLY') || isInternal(values)) return null;
  if (socketTypeOf(values) === 'stream' && values.wait !== true) return null;
  const message = 'IDONLY needs a stream service that does not wait: nobody can be asked for here';
  return problem('xinetd/ident-only', 'flags', message, "leave the flag out, or write 'wait = no'");
}

function mux({ values }: Draft): Problem | null {
  if (!isMux(values)) return null;
  if (hasType(values, 'UNLISTED') && protocolOf(values)?.name === 'tcp') return null;
  const help = "write 'type = TCPMUX UNLISTED' and 'protocol = tcp'";
  return problem('xinetd/bad-mux', 'type', 'a tcpmux service is UNLISTED and spoken over tcp', help);
}

function rpc({ values, name }: Draft, { names }: XinetdContext): Problem | null {
  if (!hasType(values, 'RPC') || hasType(values, 'UNLISTED') || names.rpcProgram(name.text) !== null)
    return null;
  const help = "write 'type = RPC UNLISTED' and 'rpc_number = …', or add the name to /etc/rpc";
  return problem('xinetd/unknown-rpc', null, `there is no RPC program '${name.text}' in /etc/rpc`, help);
}

function listed(draft: Draft, { names }: XinetdContext): Problem | null {
  const { values, name } = draft;
  if (hasType(values, 'UNLISTED', 'RPC') || isMux(values) || values.port === undefined) return null;
  const known = listedPort(draft, names);
  if (known === values.port) return null;
  const message =
    known === null
      ? `'${name.text}' is not in /etc/services for ${protocolOf(values)?.name}`
      : `'${name.text}' has port ${known} in /etc/services`;
  const help = "write 'type = UNLISTED' to have another port";
  return problem('xinetd/port-mismatch', 'port', message, help);
}

function redirect({ values }: Draft): Problem | null {
  if (values.redirect === undefined) return null;
  if (protocolOf(values)?.name !== 'tcp') {
    return problem(
      'xinetd/bad-redirect',
      'redirect',
      'only tcp can be redirected',
      "write 'socket_type = stream'",
    );
  }
  if (values.wait !== true) return null;
  return problem('xinetd/bad-redirect', 'wait', 'a redirected service does not wait', "write 'wait = no'");
}

/** superd leaves the word out where there is no traffic to count. */
function traffic({ values }: Draft, { settings }: XinetdContext): Problem | null {
  if (!settings.strict || values.redirect !== undefined || !values.logOnSuccess?.includes('TRAFFIC'))
    return null;
  return problem(
    'xinetd/traffic',
    'logOnSuccess',
    'TRAFFIC is logged of redirected services only',
    'leave TRAFFIC out',
  );
}

/** With wait = no the datagram stays unread, and processes are started for it without end. */
function datagrams({ values }: Draft): Problem | null {
  if (isInternal(values) || socketTypeOf(values) !== 'dgram' || values.wait !== false) return null;
  return problem('xinetd/dgram-nowait', 'wait', 'a datagram service waits', "write 'wait = yes'");
}

function pair({ values }: Draft): Problem | null {
  const natural = PAIRS[protocolOf(values)?.name ?? ''];
  const type = socketTypeOf(values);
  if (natural === undefined || type === undefined || natural === type || type === 'raw') return null;
  const help = `write 'socket_type = ${natural}', or another protocol`;
  return problem('xinetd/type-protocol', 'socketType', `there are no ${type} sockets of this protocol`, help);
}

const PAIRS: Readonly<Record<string, string>> = { tcp: 'stream', udp: 'dgram' };

function groups({ values }: Draft): Problem | null {
  if (values.groups !== true || values.user === undefined || values.user.groups !== null) return null;
  const message = `nobody knows the groups of user ${values.user.text}`;
  return problem('xinetd/unknown-groups', 'user', message, "write a user's name, or 'groups = no'");
}

/** One that is written and was refused is not missing. */
function required(
  key: keyof Values,
  attribute: string,
  isMissing: (draft: Draft, context: XinetdContext) => boolean,
): Check {
  return (draft, context) =>
    isMissing(draft, context) && !draft.places.has(key)
      ? problem('xinetd/missing-attribute', null, `it has no ${attribute}`, `write '${attribute} = …'`)
      : null;
}

/** superd passes connections on by itself, where xinetd starts a process for each of them. */
function needsUser(values: Values, { strict }: XinetdContext['settings']): boolean {
  return !isInternal(values) && (strict || values.redirect === undefined);
}
