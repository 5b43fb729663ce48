/** hosts.allow and hosts.deny, or two files in their place, as they are now. */

import { type HostsFile, loadHosts, type Tables } from '../access/hosts/load.ts';
import type { HostsSettings } from '../access/hosts/rule.ts';
import type { Parsed } from '../diagnostics/diagnostic.ts';
import type { HostsPaths } from '../service/wrap/hosts-files.ts';
import { readRegular } from '../service/wrap/regular-file.ts';

/** The rules and what is wrong with them; `unreadable` are files that are there and cannot be read. */
export interface HostsRules extends Parsed<Tables> {
  readonly unreadable: readonly string[];
}

/** Reads both, as the daemon does. A file that is not there has no rules, as in hosts_access(5). */
export function readHosts({ allow, deny }: HostsPaths, settings: HostsSettings): HostsRules {
  const unreadable: string[] = [];
  const hostsFile = (file: string): HostsFile => {
    const reading = readRegular(file);
    if (reading.kind === 'text') return { kind: 'text', source: { file, text: reading.text } };
    if (reading.kind === 'unreadable') unreadable.push(file);
    return { kind: reading.kind };
  };
  const patterns = {
    read(path: string): string | null {
      const reading = readRegular(path);
      return reading.kind === 'text' ? reading.text : null;
    },
  };
  const loaded = loadHosts({ allow: hostsFile(allow), deny: hostsFile(deny) }, patterns, settings);
  return { ...loaded, unreadable };
}
