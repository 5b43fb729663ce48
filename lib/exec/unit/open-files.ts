/** Opens what OpenFile= names (systemd.service(5)), as the daemon's own user. */

import { constants } from 'node:fs';
import type { OpenFile } from '../../model/service-unit.ts';
import { SystemError } from '../../sys/errors.ts';
import { close, type Fd } from '../../sys/socket.ts';
import { EXIT, type StepFailure } from './exit-names.ts';
import { openOrConnect } from './open-sources.ts';

const { O_APPEND, O_RDONLY, O_RDWR, O_TRUNC } = constants;
const FLAGS: Readonly<Record<OpenFile['mode'], number>> = {
  'read-write': O_RDWR,
  read: O_RDONLY,
  append: O_RDWR | O_APPEND,
  truncate: O_RDWR | O_TRUNC,
};

/** An open file, to be closed by whoever asked for it. */
export interface OpenedFile {
  readonly name: string;
  readonly fd: Fd;
}

/** In their order. What is not there fails the start, unless it may be missing: then it is said. */
export function openFiles(
  files: readonly OpenFile[],
  warn: (problem: string) => void,
): readonly OpenedFile[] | StepFailure {
  const opened: OpenedFile[] = [];
  for (const { graceful, mode, name, path } of files) {
    try {
      opened.push({ name, fd: openOrConnect(path, FLAGS[mode]) });
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if (typeof code !== 'string') throw error;
      const reason = `OpenFile=${path}: ${error instanceof SystemError ? `${error.syscall}: ${code}` : code}`;
      if (!graceful) {
        closeFiles(opened);
        return { exit: EXIT.FDS, reason };
      }
      warn(`${reason}, the service is started without it`);
    }
  }
  return opened;
}

/** Our copies. */
export function closeFiles(files: readonly OpenedFile[]): void {
  for (const { fd } of files) close(fd);
}
