/** hosts_access(5): until superd applies these files itself it does not serve as if they were not there. */

import { readFileSync } from 'node:fs';
import { hasCode } from '../sys/errors.ts';

/** Where tcpd and libwrap look. */
export const HOSTS_FILES = ['/etc/hosts.allow', '/etc/hosts.deny'] as const;

/** The files that hold a rule; one that cannot be read may hold some. */
export function filesWithRules(files: readonly string[] = HOSTS_FILES): readonly string[] {
  return files.filter((file) => {
    try {
      return readFileSync(file, 'latin1')
        .split('\n')
        .some((line) => line.trim() !== '' && !line.startsWith('#'));
    } catch (error) {
      return !hasCode(error, 'ENOENT');
    }
  });
}
