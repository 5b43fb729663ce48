/** Names that are asked once in a load, however many entries use them. */

import type { Names } from './names.ts';

/** The same answers; every question goes to `names` once. */
export function remembered(names: Names): Names {
  return {
    port: once2((name, transport) => names.port(name, transport)),
    serviceName: once2((port, transport) => names.serviceName(port, transport)),
    protocol: once((name) => names.protocol(name)),
    rpcProgram: once((name) => names.rpcProgram(name)),
    network: once((name) => names.network(name)),
    user: once((name) => names.user(name)),
    userById: once((uid) => names.userById(uid)),
    group: once((name) => names.group(name)),
    host: once((name) => names.host(name)),
  };
}

function once<Key, Value>(ask: (key: Key) => Value): (key: Key) => Value {
  const answers = new Map<Key, Value>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(key);
    answers.set(key, answer);
    return answer;
  };
}

type Transport = 'tcp' | 'udp';

function once2<Key, Value>(ask: (key: Key, transport: Transport) => Value) {
  const byTransport = { tcp: once((key: Key) => ask(key, 'tcp')), udp: once((key: Key) => ask(key, 'udp')) };
  return (key: Key, transport: Transport): Value => byTransport[transport](key);
}
