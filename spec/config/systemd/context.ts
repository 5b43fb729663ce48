/** A machine that does not depend on the one where specs run. */

import { unitName } from '../../../lib/config/systemd/text/names.ts';
import type { SpecifierContext } from '../../../lib/config/systemd/text/specifiers.ts';

/** What specifiers stand for in a unit; there is no boot id. */
export function specifierContext(name: string): SpecifierContext {
  const read = unitName(name);
  if ('problem' in read) throw new Error(read.problem);
  return {
    unit: read.value,
    file: `/etc/superd/${name}`,
    host: {
      folders: {
        runtime: '/run',
        state: '/var/lib',
        cache: '/var/cache',
        logs: '/var/log',
        configuration: '/etc',
        shared: '/usr/share',
        temporary: '/tmp',
        lasting: '/var/tmp',
      },
      user: { name: 'root', uid: 0, group: 'root', gid: 0, home: '/root', shell: '/bin/sh' },
      hostName: 'box.example.org',
      prettyHostName: 'The box',
      machineId: '0123456789abcdef0123456789abcdef',
      bootId: null,
      kernelRelease: '6.1.0',
      architecture: 'x86-64',
      osRelease: new Map([
        ['ID', 'debian'],
        ['VERSION_ID', '12'],
      ]),
    },
  };
}
