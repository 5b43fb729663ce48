/** The text of a state dump, line by line as xinetd writes it: scripts read it. */

import { ctime } from '../../builtins/daytime-text.ts';
import { serverText } from '../../builtins/server-text.ts';
import type { ServiceDefaults } from '../../model/service-defaults.ts';
import { titleOf } from '../service-title.ts';
import { accessLines } from './access-lines.ts';
import { logLines } from './log-lines.ts';
import { rateLines, serviceLines, yesNo } from './service-lines.ts';
import type { ServiceState, Snapshot } from './snapshot.ts';

/**
 * The whole dump. A server whose start is tried again is told with its service, since none of them waits in a table of
 * its own; therefore that table is empty.
 */
export function dumpText(snapshot: Snapshot): string {
  const { defaults, facts, servers, services } = snapshot;
  const lines = [
    `INTERNAL STATE DUMP: superd ${facts.version}`,
    `Current time: ${ctime(facts.wallMs)}`,
    '',
    'Services + defaults:',
    ...(defaults === null ? [] : ['Service defaults', ...tabbed(defaultsLines(defaults), 1)]),
    ...services.flatMap((state) => stateLines(state, facts.environment)),
    'Server table dump:',
    // Each block ends with its own blank line.
    `${servers.map(serverText).join('')}`,
    'Retry table dump:',
    '',
    ...descriptorLines(snapshot),
    '',
    ...countLines(snapshot),
    '',
    `max_descriptors = ${facts.maxDescriptors}`,
    `process_limit = ${facts.processLimit ?? 0}`,
    `config_file = ${facts.configFile}`,
    '',
    'END OF DUMP',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function defaultsLines(defaults: ServiceDefaults): readonly string[] {
  const { access, bind, groups, instances, log, passenv, perSecond, perSource, umask } = defaults;
  return [
    ...(instances === undefined ? [] : [`Instances = ${instances ?? 'UNLIMITED'}`]),
    ...(groups === undefined ? [] : [`Groups = ${yesNo(groups)}`]),
    ...(umask === undefined ? [] : [`umask = ${umask.toString(8)}`]),
    ...rateLines(perSecond ?? null),
    ...(perSource === undefined ? [] : [`PER_SOURCE = ${perSource ?? -1}`]),
    `Bind = ${bind ?? 'All addresses.'}`,
    ...accessLines(access),
    ...logLines(log),
    ...(passenv === undefined ? [] : [`Passenv = ${passenv.join(' ')}`]),
  ];
}

function stateLines(
  { descriptors, running, service, status }: ServiceState,
  environment: Snapshot['facts']['environment'],
): readonly string[] {
  const { name } = titleOf(service);
  const active = [
    `running servers = ${running}`,
    'retry servers = 0',
    'attempts = 0',
    `service fd = ${descriptors[0] ?? -1}`,
  ];
  return [
    `Service = ${name}`,
    ...tabbed([`State = ${status}`, `Service configuration: ${name}`], 1),
    ...tabbed(serviceLines(service, environment), 2),
    ...(status === 'Active' ? tabbed(active, 1) : []),
    '',
  ];
}

function descriptorLines({ facts, services }: Snapshot): readonly string[] {
  const listeners = services.flatMap(({ descriptors }) => descriptors);
  const watched = new Set(listeners);
  const others = facts.descriptors.filter((fd) => !watched.has(fd));
  return [
    ['Socket mask:', ...listeners].join(' '),
    `pfds_last = ${listeners.length}`,
    ['Open descriptors (not in socket mask):', ...others].join(' '),
  ];
}

function countLines({ facts, servers, services }: Snapshot): readonly string[] {
  const active = services.filter(({ status }) => status === 'Active').length;
  const available = services.filter(({ status }) => status !== 'Not started').length;
  return [
    `active_services = ${active}`,
    `available_services = ${available}`,
    `descriptors_free = ${facts.maxDescriptors - facts.descriptors.length}`,
    `running_servers = ${servers.length}`,
    `Logging service = ${facts.logging ? 'enabled' : 'disabled'}`,
  ];
}

function tabbed(lines: readonly string[], depth: number): readonly string[] {
  return lines.map((line) => '\t'.repeat(depth) + line);
}
