/** inetd.conf files → services: reads everything, looks every name up, and says what is wrong. */

import { type Diagnostic, Diagnostics, type Source } from '../../diagnostics/diagnostic.ts';
import type { Origin } from '../../model/service.ts';
import { askAll } from '../ask.ts';
import type { ConfigFiles } from '../files.ts';
import { readWithIncludes } from '../includes.ts';
import { inOrder, type LoadedSources } from '../loaded.ts';
import type { Names } from '../names.ts';
import { remembered } from '../remembered.ts';
import type { InetdSettings } from '../settings.ts';
import { readSources } from '../sources.ts';
import { withUniqueNames } from '../unique-names.ts';
import { type ProgramState, programPaths } from './action.ts';
import { type DialectRules, dialects } from './dialects.ts';
import { type Defined, dropReplaced } from './duplicates.ts';
import type { Entry, Host } from './entry.ts';
import { anyHost, readHost } from './host-field.ts';
import { type LowerContext, lower } from './lower.ts';
import type { HostAnswer } from './sockets.ts';
import { completeTcpmux } from './tcpmux.ts';
import { withoutTcpd } from './wrap.ts';

/** Loads inetd.conf files and directories of them. It never throws; what cannot be read is in the result. */
export async function loadInetd(
  paths: readonly string[],
  settings: InetdSettings,
  names: Names,
  files: ConfigFiles,
): Promise<LoadedSources> {
  const rules = dialects[settings.dialect];
  const defaultHost = defaultHostOf(settings);
  if (defaultHost === null) return badBindAddress(settings.bindAddress ?? '');
  const { sources, unreadable } = await readSources(paths, rules, files);
  const diagnostics: (readonly Diagnostic[])[] = [];
  const entries: Entry[] = [];
  const opened: Source[] = [];
  const rejected: { readonly origin: Origin }[] = [];
  for (const source of sources) {
    const inherited = { hosts: [defaultHost], ipsec: null };
    const read = await readWithIncludes(source, inherited, { dialect: settings.dialect, files });
    opened.push(...read.sources);
    diagnostics.push(read.diagnostics);
    for (const item of read.items) {
      if (item.kind === 'entry') entries.push(withoutTcpd(item.entry, settings.wrap));
      else rejected.push({ origin: item.origin });
    }
  }
  const context = await lookUp(entries, { settings, rules, names: remembered(names), files });
  const defined: Defined[] = [];
  for (const entry of entries) {
    const lowered = lower(entry, context);
    diagnostics.push(lowered.diagnostics);
    if (lowered.services === null) rejected.push({ origin: entry.origin });
    else defined.push(...lowered.services.map((service) => ({ entry, service })));
  }
  const complete = completeTcpmux(defined, context);
  const kept = dropReplaced(complete.value);
  diagnostics.push(complete.diagnostics, kept.diagnostics);
  const services = withUniqueNames(kept.value.map(({ service }) => service));
  return {
    services,
    rejected,
    diagnostics: inOrder(diagnostics.flat()),
    unreadable,
    fatal: [],
    sources: opened,
  };
}

function defaultHostOf({ bindAddress }: InetdSettings): Host | null {
  return bindAddress === undefined ? anyHost : readHost(bindAddress, anyHost.span);
}

/** Serving on every address instead would be less than was asked for. */
function badBindAddress(text: string): LoadedSources {
  const diagnostics = new Diagnostics({ file: '-a', text });
  const help = 'write a host name or an address';
  diagnostics.error('inetd/bad-host', { start: 0, end: text.length }, `'${text}' is no host`, help);
  const unreadable = [{ file: `-a ${text}`, code: 'EINVAL' }];
  return { services: [], rejected: [], diagnostics: diagnostics.all, unreadable, fatal: [], sources: [] };
}

interface Surroundings {
  readonly settings: InetdSettings;
  readonly rules: DialectRules;
  readonly names: Names;
  readonly files: ConfigFiles;
}

/** Asks for all host names and programs at once, so that the rest need not wait for anything. */
async function lookUp(
  entries: readonly Entry[],
  { settings, rules, names, files }: Surroundings,
): Promise<LowerContext> {
  const { directory } = files;
  const hostNames = entries.flatMap(({ hosts }) =>
    hosts.flatMap((host) => (host.kind === 'name' ? [host.name] : [])),
  );
  const paths = entries.flatMap(({ program }) =>
    program === null ? [] : programPaths(program.text, { rules, directory }),
  );
  const [hosts, programs] = await Promise.all([
    askAll<HostAnswer>(hostNames, (name) => names.host(name)),
    askAll<ProgramState>(paths, (path) => files.program(path)),
  ]);
  return { settings, rules, names, hosts, programs, directory };
}
