/** What all children of this daemon share, from the process it runs in. */

import { cleanEnvironment } from '../exec/environment.ts';
import { type ChildDefaults, DEFAULT_UMASK } from '../exec/plan.ts';
import { childOpenFiles, limitOf } from '../sys/limits.ts';

/** Looks at the environment, the limits and the user of this process. */
export function childDefaults(keepEnvironment: boolean): ChildDefaults {
  return {
    environment: cleanEnvironment(process.env, keepEnvironment),
    wholeEnvironment: cleanEnvironment(process.env, true),
    openFiles: childOpenFiles(limitOf('RLIMIT_NOFILE').hard),
    umask: DEFAULT_UMASK,
    root: process.getuid?.() === 0,
  };
}
