/** What follows from the attributes of a service together. */

import type { SocketType } from '../../../model/address.ts';
import type { BuiltinName } from '../../../model/service.ts';
import type { Names } from '../../names.ts';
import { type Draft, hasFlag, hasType, type Values } from '../entry.ts';

/** The type, or the one that goes with the protocol. */
export function socketTypeOf({ socketType, protocol }: Values): SocketType | undefined {
  return socketType ?? TYPE_OF[protocol?.name ?? ''];
}

const TYPE_OF: Readonly<Record<string, SocketType>> = { tcp: 'stream', udp: 'dgram' };

/** The protocol, or the one that goes with the type. */
export function protocolOf({ socketType, protocol }: Values): Values['protocol'] {
  if (protocol !== undefined || socketType === undefined) return protocol;
  return PROTOCOL_OF[socketType];
}

const PROTOCOL_OF: Readonly<Partial<Record<SocketType, NonNullable<Values['protocol']>>>> = {
  stream: { name: 'tcp', number: 6 },
  dgram: { name: 'udp', number: 17 },
};

/** The port of /etc/services; null: it has none for this protocol. */
export function listedPort({ name, values }: Draft, names: Names): number | null {
  const protocol = protocolOf(values)?.name;
  return protocol === 'tcp' || protocol === 'udp' ? names.port(name.text, protocol) : null;
}

/** superd does it itself: a built-in service, a sensor. */
export function isInternal(values: Values): boolean {
  return hasType(values, 'INTERNAL') || isSensor(values);
}

export function isSensor(values: Values): boolean {
  return hasFlag(values, 'SENSOR');
}

export function isMux(values: Values): boolean {
  return hasType(values, 'TCPMUX', 'TCPMUXPLUS');
}

/** Which built-in services there are for each type of socket, by the name of the service. */
const BUILTINS: Readonly<Partial<Record<SocketType, readonly BuiltinName[]>>> = {
  stream: ['echo', 'discard', 'time', 'daytime', 'chargen', 'tcpmux', 'servers', 'services', 'xadmin'],
  dgram: ['echo', 'discard', 'time', 'daytime', 'chargen'],
};

/** The built-in service that an INTERNAL entry names; null when there is none. */
export function builtinOf({ name, values }: Draft): BuiltinName | null {
  const type = socketTypeOf(values);
  const known = type === undefined ? [] : (BUILTINS[type] ?? []);
  return known.find((builtin) => builtin === name.text) ?? null;
}
