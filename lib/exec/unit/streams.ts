/** Standard input, output and error of a unit's processes (systemd.exec(5), LOGGING AND STANDARD INPUT/OUTPUT). */

import type { ExecSettings, StandardStream } from '../../model/exec-settings.ts';
import type { GivenName } from './command.ts';

/** Where a descriptor of the child comes from; opened by the daemon, as itself. */
export type Source =
  | { readonly from: 'file'; readonly path: string; readonly access: FileAccess }
  /** Lines go to the daemon's log. */
  | { readonly from: 'log' }
  | { readonly from: 'data'; readonly bytes: Uint8Array }
  /** The k-th of the sockets, then of the stored ones. */
  | { readonly from: 'given'; readonly index: number };

/** As open(2) has them; `write` begins at the start of what is there. */
export type FileAccess = 'read' | 'write' | 'append' | 'truncate' | 'read-write';

/** The sources of descriptors 0, 1 and 2, and whether the one socket is used up by them. */
export interface Streams {
  readonly sources: readonly [Source, Source, Source];
  readonly socketUsed: boolean;
}

/** Finds them. A problem keeps the command from being started: a line for people. */
export function streamsOf(
  { standardError, standardInput, standardOutput }: Chosen,
  sockets: readonly GivenName[],
  stored: readonly GivenName[],
): Streams | { readonly problem: string } {
  const all = [standardInput, standardOutput, standardError];
  const socketUsed = all.some(({ kind }) => kind === 'socket');
  if (socketUsed && sockets.length !== 1)
    return { problem: `a standard stream is to be the socket, and there are ${sockets.length}` };
  const given = [...sockets, ...stored];
  const missing = all.find((one) => one.kind === 'fd' && !given.some(({ name }) => name === one.name));
  if (missing?.kind === 'fd')
    return { problem: `a standard stream is to be the descriptor '${missing.name}', and there is none` };
  const input = inputOf(standardInput, standardOutput, given);
  const output = outputOf(standardOutput, { stream: standardInput, source: input }, given);
  const error = isLike(standardError, standardOutput)
    ? output
    : outputOf(standardError, { stream: standardInput, source: input }, given);
  return { sources: [input, output, error], socketUsed };
}

type Chosen = Pick<ExecSettings, 'standardInput' | 'standardOutput' | 'standardError'>;

const NOTHING_TO_READ: Source = { from: 'file', path: '/dev/null', access: 'read' };
const NOWHERE: Source = { from: 'file', path: '/dev/null', access: 'write' };

function inputOf(stream: StandardStream, output: StandardStream, given: readonly GivenName[]): Source {
  switch (stream.kind) {
    case 'null':
    case 'inherit':
    case 'log':
      return NOTHING_TO_READ;
    case 'file':
      return { from: 'file', path: stream.path, access: isSameFile(stream, output) ? 'read-write' : 'read' };
    case 'data':
      return { from: 'data', bytes: stream.bytes };
    case 'socket':
      return { from: 'given', index: 0 };
    case 'fd':
      return named(stream.name, given);
  }
}

interface Input {
  readonly stream: StandardStream;
  readonly source: Source;
}

function outputOf(stream: StandardStream, input: Input, given: readonly GivenName[]): Source {
  switch (stream.kind) {
    case 'null':
    case 'data':
      return NOWHERE;
    case 'inherit':
      return input.stream.kind === 'null' || input.stream.kind === 'data' ? NOWHERE : input.source;
    case 'log':
      return { from: 'log' };
    case 'file':
      return isSameFile(stream, input.stream)
        ? input.source
        : { from: 'file', path: stream.path, access: stream.mode };
    case 'socket':
      return { from: 'given', index: 0 };
    case 'fd':
      return named(stream.name, given);
  }
}

/** Where standard error goes to the same place as output: one open file, so that neither writes over the other. */
function isLike(error: StandardStream, output: StandardStream): boolean {
  if (error.kind === 'inherit') return true;
  if (error.kind === 'file') return output.kind === 'file' && output.path === error.path;
  return error.kind === output.kind && error.kind !== 'fd';
}

function isSameFile(one: StandardStream, other: StandardStream): boolean {
  return (
    one.kind === 'file' &&
    other.kind === 'file' &&
    one.path === other.path &&
    one.mode === 'write' &&
    other.mode === 'write'
  );
}

function named(name: string, given: readonly GivenName[]): Source {
  return { from: 'given', index: given.findIndex((one) => one.name === name) };
}
