/** The daemon's entry: from the words of a command line to a daemon that serves until it is told to stop. */

import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Daemon } from '../daemon/daemon.ts';
import { kernelProblem, tracingProblem } from '../sys/kernel.ts';
import { unixSend } from '../sys/transfer.ts';
import { check } from './check.ts';
import { daemonise } from './daemonise.ts';
import type { Face } from './faces.ts';
import { calledAs } from './inetd.ts';
import { readFiles } from './read.ts';
import { run } from './run.ts';
import { type Caller, type Command, inetdCommand, runCommand, type ServeOptions } from './serve-options.ts';
import type { Signals } from './signals.ts';
import { processTerminal } from './terminal.ts';
import { VERSION } from './version.ts';
import { xinetdCommand } from './xinetd.ts';

/** What a launcher starts the daemon with. */
export interface Launch {
  readonly face: Face;
  readonly args: readonly string[];
  readonly signals: Signals;
  /** Gets the daemon when it serves: for whoever runs it in his own process. */
  readonly serving?: (daemon: Daemon) => void;
}

/** Does what the words say, and returns the exit status. */
export async function serve(launch: Launch): Promise<number> {
  const { face, args } = launch;
  const caller = {
    uid: process.getuid?.() ?? 0,
    cwd: process.cwd(),
    version: VERSION,
    environment: process.env,
  };
  const command = commandOf(face, args, caller);
  switch (command.kind) {
    case 'print':
      process[command.to ?? 'stdout'].write(command.text);
      return 0;
    case 'misuse':
      process.stderr.write(command.text);
      return command.status;
    case 'check': {
      const { paths, settings } = command.options;
      return check(await readFiles(paths, settings), { json: false, terminal: processTerminal() });
    }
    case 'serve':
      return serveWith(command.options, launch, caller);
  }
}

function commandOf(face: Face, args: readonly string[], caller: Caller): Command {
  switch (face) {
    case 'superd':
      return runCommand(args, caller);
    case 'inetd':
      return inetdCommand(calledAs(process.argv[1] ?? face, args), caller);
    case 'xinetd':
      return xinetdCommand(args, caller, existsSync);
  }
}

async function serveWith(
  options: ServeOptions,
  { face, args, signals, serving }: Launch,
  { uid }: Caller,
): Promise<number> {
  const name = face === 'inetd' ? calledAs(process.argv[1] ?? face, args).name : face;
  if (!options.foreground) return daemonise({ name, signals });
  const report = (status: number, text: string) => tellStarter(options, face, status, text);
  const problem = kernelProblem(release()) ?? (uid === 0 ? tracingProblem(suidDumpable()) : null);
  if (problem !== null) return report(1, problem);
  // Paths are absolute by now.
  if (options.report !== null) process.chdir('/');
  return run({ options, face, signals, report, ...(serving === undefined ? {} : { serving }) });
}

/** Its default where it cannot be read, as in some containers. */
function suidDumpable(): string {
  try {
    return readFileSync('/proc/sys/fs/suid_dumpable', 'latin1');
  } catch {
    return '0';
  }
}

/** Tells whoever waits for the start how it ended: the process that the daemon was called in, else standard error. */
function tellStarter(options: ServeOptions, face: string, status: number, text: string): number {
  if (options.report !== null) unixSend(options.report, Buffer.from(JSON.stringify({ status, text })));
  else if (text !== '') process.stderr.write(`${face}: ${text}\n`);
  return status;
}
