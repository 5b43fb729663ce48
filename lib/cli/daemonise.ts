/** Becoming a daemon: the same entry is started again, detached, and this process waits until that one serves. */

import { closeSync, openSync } from 'node:fs';
import { callsOf } from '../exec/calls.ts';
import { stepName } from '../exec/describe.ts';
import type { Operation, SpawnPlan } from '../exec/plan.ts';
import { Children } from '../sys/children.ts';
import { systemClock } from '../sys/clock.ts';
import { Poller } from '../sys/epoll.ts';
import { compilePlan } from '../sys/plan.ts';
import { randomBytes } from '../sys/random.ts';
import { bind, close, openSocket, setPassCredentials } from '../sys/socket.ts';
import { receiveMessage } from '../sys/transfer.ts';
import type { Signals } from './signals.ts';

/** Who became a daemon, and the signals that may end its start. */
export interface Starter {
  readonly name: string;
  readonly signals: Signals;
}

const MOST_BYTES = 4096;

/** Starts the daemon and returns its result: 0 when it serves. */
export async function daemonise({ name, signals }: Starter): Promise<number> {
  const poller = new Poller();
  const children = new Children({ poller, clock: systemClock });
  // A name that nobody can guess, and messages with their sender: nobody else speaks for the daemon.
  const place = `@superd-${Buffer.from(randomBytes(16)).toString('hex')}`;
  const socket = openSocket('unix', 'dgram', 0);
  setPassCredentials(socket, true);
  bind(socket, { kind: 'unix', path: place });
  const nothing = openSync('/dev/null', 'r+');
  const result = await new Promise<Result>((resolve) => {
    let daemon = 0;
    poller.watch(socket, 'in', () => {
      const told = readResult(socket, daemon);
      if (told !== null) resolve(told);
    });
    const plan = detachedPlan(place);
    const { plan: calls, operationOf } = callsOf(plan);
    children.start(
      compilePlan(calls),
      { fds: [nothing], strings: [], closeAfter: false },
      {
        started({ pid, step, errno }) {
          daemon = pid;
          const failed = stepName(plan, step < 0 ? step : (operationOf[step] ?? step));
          if (errno !== null) resolve({ status: 1, text: `cannot start the daemon (${failed}): ${errno}` });
        },
        exited: ({ status, signal }) => {
          const how = signal === null ? `exit status ${status}` : `signal ${signal}`;
          resolve(readResult(socket, daemon) ?? { status: 1, text: `the daemon ended at its start: ${how}` });
        },
      },
    );
    signals.take((signal) => {
      if (signal !== 'SIGINT' && signal !== 'SIGTERM' && signal !== 'SIGQUIT') return;
      if (daemon !== 0) process.kill(daemon, 'SIGTERM');
      resolve({ status: 1, text: 'interrupted' });
    });
  });
  children.close();
  poller.close();
  close(socket);
  closeSync(nothing);
  if (result.text !== '') process.stderr.write(`${name}: ${result.text}\n`);
  return result.status;
}

interface Result {
  readonly status: number;
  readonly text: string;
}

/** What the daemon says about its start; null when nothing is there, or somebody else says it. */
function readResult(socket: number, daemon: number): Result | null {
  const buffer = new Uint8Array(MOST_BYTES);
  for (;;) {
    const message = receiveMessage(socket, buffer);
    if (typeof message === 'string') return null;
    if (message.credentials?.pid !== daemon) continue;
    return JSON.parse(Buffer.from(buffer.subarray(0, message.bytes)).toString()) as Result;
  }
}

/** This process again: a session of its own, and nothing of our terminal. Its entry changes to `/`. */
function detachedPlan(place: string): SpawnPlan {
  const because = 'it becomes a daemon';
  const [script = '', ...words] = process.argv.slice(1);
  return {
    argv: [process.argv0, ...process.execArgv, script, `--report=${place}`, ...words],
    environment: Object.fromEntries(
      Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    environmentSlots: 0,
    descriptors: 1,
    operations: [
      { op: 'setsid', because },
      ...[0, 1, 2].map((descriptor): Operation => ({ op: 'dup', slot: 0, descriptor, because })),
      { op: 'exec', program: process.execPath, orShell: false, because },
    ],
  };
}
