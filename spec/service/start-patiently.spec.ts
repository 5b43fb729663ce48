/** Starts that find no process, tried again while the caller waits. */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Launcher, Start, StartFailure, StartHandlers } from '../../lib/exec/launch.ts';
import { Servers } from '../../lib/service/servers.ts';
import { startPatiently } from '../../lib/service/start-patiently.ts';
import { StartQueue } from '../../lib/service/start-queue.ts';
import { close } from '../../lib/sys/socket.ts';
import { receive } from '../../lib/sys/transfer.ts';
import { ManualClock } from '../builtins/manual-clock.ts';
import { connectedPair } from '../sys/pair.ts';

const NO_PROCESS: StartFailure = { step: 'clone', code: 'EAGAIN' };

describe('startPatiently', () => {
  let [caller, ours] = [-1, -1];
  let clock = new ManualClock();
  let attempts: Start[] = [];
  let said: string[] = [];
  let servers = new Servers(clock);

  beforeEach(() => {
    [caller, ours] = connectedPair('unix', 'stream');
    clock = new ManualClock();
    attempts = [];
    said = [];
    servers = new Servers(clock);
  });
  afterEach(() => close(caller));

  /** Starts with so many failures before it goes well. */
  function start(failures: readonly StartFailure[], retries: number, room = 1): void {
    const left = [...failures];
    const launcher = {
      start(one: Start, handlers: StartHandlers) {
        attempts.push(one);
        const failure = left.shift();
        if (failure === undefined) handlers.started(77);
        else handlers.failed(failure);
      },
    } as Launcher;
    const world = { clock, starts: new StartQueue(4), patience: new StartQueue(room) };
    startPatiently(
      { launcher, start: { fds: [ours], closeAfter: true, strings: [] }, retries, servers },
      {
        started: (pid) => said.push(`started ${pid}`),
        failed: ({ code }) => said.push(`failed ${code}`),
        exited: () => {},
      },
      world,
    );
  }

  /** Whether the connection is still held here. */
  const held = () => receive(caller, new Uint8Array(1)) === 'again';

  it('tries again every five seconds and keeps the connection meanwhile', () => {
    start([NO_PROCESS, NO_PROCESS], 5);
    expect([attempts.length, held(), said]).toEqual([1, true, []]);
    clock.advance(4999);
    expect(attempts).toHaveLength(1);
    clock.advance(5001);
    expect([attempts.length, held(), said]).toEqual([3, false, ['started 77']]);
  });

  it('xinetd case 202: gives up after so many tries', () => {
    start(Array(6).fill(NO_PROCESS), 5);
    clock.advance(24_999);
    expect([attempts.length, said]).toEqual([5, []]);
    clock.advance(1);
    expect([attempts.length, held(), said]).toEqual([6, false, ['failed EAGAIN']]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    { because: 'the program is missing', failure: { step: 'exec', code: 'ENOENT' }, retries: 5, room: 1 },
    { because: 'too many wait already', failure: NO_PROCESS, retries: 5, room: 0 },
  ])('does not wait where $because', ({ failure, retries, room }) => {
    start([failure], retries, room);
    expect([attempts.length, held(), said]).toEqual([1, false, [`failed ${failure.code}`]]);
  });

  it('a start that waits is given up when the servers of its service are to end', () => {
    start([NO_PROCESS], 5);
    servers.end({ late: () => {}, idle: () => {} });
    expect([attempts.length, held(), said, clock.pending]).toEqual([1, false, ['failed EAGAIN'], 0]);
  });

  it('xinetd case 204: without retries the first want of processes is the last', () => {
    start([NO_PROCESS], 0);
    expect([attempts.length, held(), said]).toEqual([1, false, ['failed EAGAIN']]);
  });
});
