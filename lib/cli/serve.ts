/** The daemon's entry: from the words of a command line to a daemon that serves until it is told to stop. */

import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { kernelProblem, tracingProblem } from '../sys/kernel.ts';
import { unixSend } from '../sys/transfer.ts';
import { daemonise } from './daemonise.ts';
import { calledAs } from './inetd.ts';
import { run } from './run.ts';
import { inetdCommand, runCommand, type ServeOptions } from './serve-options.ts';
import type { Signals } from './signals.ts';
import { VERSION } from './version.ts';

/** What a launcher starts the daemon with. */
export interface Launch {
  readonly face: 'superd' | 'inetd';
  readonly args: readonly string[];
  readonly signals: Signals;
}

/** Does what the words say, and returns the exit status. */
export async function serve({ face, args, signals }: Launch): Promise<number> {
  const caller = {
    uid: process.getuid?.() ?? 0,
    cwd: process.cwd(),
    version: VERSION,
    environment: process.env,
  };
  const called = calledAs(process.argv[1] ?? face, args);
  const command = face === 'superd' ? runCommand(args, caller) : inetdCommand(called, caller);
  if (command.kind === 'print') {
    process.stdout.write(command.text);
    return 0;
  }
  if (command.kind === 'misuse') {
    process.stderr.write(command.text);
    return command.status;
  }
  const { options } = command;
  if (!options.foreground) return daemonise({ name: called.name, signals });
  const report = (status: number, text: string) => tellStarter(options, face, status, text);
  const problem = kernelProblem(release()) ?? (caller.uid === 0 ? tracingProblem(suidDumpable()) : null);
  if (problem !== null) return report(1, problem);
  // Paths are absolute by now.
  if (options.report !== null) process.chdir('/');
  return run({ options, face, signals, report });
}

/** Its default where it cannot be read, as in some containers. */
function suidDumpable(): string {
  try {
    return readFileSync('/proc/sys/fs/suid_dumpable', 'latin1');
  } catch {
    return '0';
  }
}

/** Tells whoever waits for the start how it ended: the process that inetd was called in, else standard error. */
function tellStarter(options: ServeOptions, face: string, status: number, text: string): number {
  if (options.report !== null) unixSend(options.report, Buffer.from(JSON.stringify({ status, text })));
  else if (text !== '') process.stderr.write(`${face}: ${text}\n`);
  return status;
}
