/** What every measurement works with: the programs, the servers, the addresses, the time there is. */

import type { Entry } from './entries.ts';
import { portOf } from './entries.ts';
import { type Found, find } from './find.ts';
import { awaitAnswer, type Native, type Target } from './native.ts';
import type { Options } from './options.ts';
import { type Ability, PEERS, type Peer, superd } from './peers.ts';
import { type LogSink, type Server, startServer } from './server.ts';

/** A run of the benchmark. */
export interface Bench {
  readonly options: Options;
  readonly native: Native;
  /** superd's own folder, and one for files of the run. */
  readonly root: string;
  readonly folder: string;
  /** Ports below 1024 may be bound, /dev and /run are private. */
  readonly isolated: boolean;
  readonly user: string;
  readonly rounds: number;
  readonly roundMs: number;
  /** Tells what is going on. */
  say(line: string): void;
  /** An address that no other server of the run has: of 127/8 or, in namespaces of our own, of another network. */
  address(network: 'loopback' | 'other'): string;
}

/** A server with what it is to serve. */
export interface Participant {
  readonly name: string;
  readonly peer: Peer;
  readonly entries: readonly Entry[];
  readonly log?: LogSink;
}

/** A participant that serves. */
export interface Running {
  readonly name: string;
  readonly server: Server;
  readonly address: string;
  readonly folder: string;
}

/** Descriptors that a server needs beside one a service. */
const SPARE = 300;
/** What a server with thousands of services may take until it serves. */
const PATIENCE_MS = 20_000;

/** superd and every peer that is wanted, with `entries` to serve. */
export function participants(
  bench: Bench,
  needs: Ability,
  entries: readonly Entry[],
): readonly Participant[] {
  return [superd(bench.root), ...PEERS]
    .filter(({ name }) => bench.options.peers.length === 0 || bench.options.peers.includes(name))
    .filter(({ can }) => can.includes(needs) && (entries.length === 1 || can.includes('many')))
    .map((peer) => ({ name: peer.name, peer, entries }));
}

/** Starts a server without waiting for it; throws with the reason why that cannot be. */
export async function begin(bench: Bench, participant: Participant): Promise<Running> {
  const { name, peer, entries } = participant;
  const found = locate(bench, peer);
  if (entries.length > (peer.maxServices ?? Infinity)) throw new Error(`serves ${peer.maxServices} at most`);
  if (!bench.isolated && entries.some((entry) => portOf(entry) < 1024)) throw new Error('needs root');
  const address = bench.address(peer.refusesLoopback === true ? 'other' : 'loopback');
  const folder = `${bench.folder}/${address}`;
  const server = await startServer(
    peer.command({ address, user: bench.user, entries }, found.program, folder),
    {
      folder,
      descriptors: entries.length + SPARE,
      libraries: found.libraries,
      log: participant.log ?? { to: 'null' },
    },
  );
  return { name, server, address, folder };
}

/** Starts a server and waits until its last service accepts. */
export async function launch(bench: Bench, participant: Participant): Promise<Running> {
  const running = await begin(bench, participant);
  try {
    await answered(bench, running, lastPort(participant.entries), false);
  } catch (error) {
    await running.server.stop();
    throw error;
  }
  return running;
}

/** Waits until a port accepts or, with `byte`, answers; returns when, monotonic ms. Gives up when the server is gone. */
export async function answered(bench: Bench, running: Running, port: number, byte: boolean): Promise<number> {
  const gone = new AbortController();
  const watch = setInterval(() => running.server.alive || gone.abort(), 100);
  const target: Target = { address: running.address, port };
  try {
    return await awaitAnswer(bench.native, target, { byte, ms: PATIENCE_MS, signal: gone.signal });
  } catch {
    throw new Error(gone.signal.aborted ? 'ended at the start' : `no answer in ${PATIENCE_MS / 1000} s`);
  } finally {
    clearInterval(watch);
  }
}

/** The port of the last TCP service: by then the others are bound too. */
export function lastPort(entries: readonly Entry[]): number {
  const last = entries.findLast((entry) => entry.kind === 'program' || entry.type === 'stream');
  if (last === undefined) throw new Error('no TCP service');
  return portOf(last);
}

/** Why something was not measured, in a few words. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function locate(bench: Bench, peer: Peer): Found {
  if (peer.program === null) return { program: bench.native.vforkLoop, libraries: null };
  if (peer.program === process.execPath) return { program: peer.program, libraries: null };
  const found = find(peer.program, process.env);
  if (found === null) throw new Error('not found');
  return found;
}
