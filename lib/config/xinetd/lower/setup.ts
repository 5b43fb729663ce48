/** What a child of a service gets besides its sockets: environment, umask, nice value, limits. */

import type { ChildSetup, ResourceLimit, ResourceName } from '../../../model/service.ts';
import type { Values } from '../entry.ts';

/** The limits that have an attribute each. */
const RESOURCES = [
  ['rlimitAs', 'as'],
  ['rlimitCpu', 'cpu'],
  ['rlimitData', 'data'],
  ['rlimitRss', 'rss'],
  ['rlimitStack', 'stack'],
] as const satisfies readonly (readonly [keyof Values, ResourceName])[];

/** The setup of a service. */
export function setupOf(values: Values): ChildSetup {
  return {
    stderr: 'socket',
    tcpEnvironment: 'remote-host',
    peerArgument: false,
    shellFallback: false,
    environment: { inherit: values.passenv ?? 'all', set: variables(values.env ?? []) },
    umask: values.umask ?? null,
    nice: values.nice ?? 0,
    resources: resourcesOf(values),
  };
}

/** Soft and hard limit are one. Files without a limit of their own: as many as the daemon itself may open. */
function resourcesOf(values: Values): readonly ResourceLimit[] {
  const set = RESOURCES.flatMap(([key, resource]) => {
    const value = values[key];
    return value === undefined ? [] : [{ resource, soft: value, hard: value }];
  });
  const files = values.rlimitFiles || Number.POSITIVE_INFINITY;
  return [...set, { resource: 'nofile', soft: files, hard: files }];
}

/** The later one of two for one name wins. */
function variables(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
}
