/** Files that are read once in a load, however often they are asked for: a pipe has nothing more to say. */

import type { ConfigFiles, FileContent } from './files.ts';

/** The same files; what was read is remembered as long as the result lives. */
export function readOnce(files: ConfigFiles): ConfigFiles {
  const known = new Map<string, Promise<FileContent>>();
  return {
    ...files,
    read: (path, only) => {
      const content = known.get(path) ?? files.read(path, only);
      known.set(path, content);
      return content;
    },
  };
}
