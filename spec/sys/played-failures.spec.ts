/** Failures that the kernel cannot be brought to here are played by strace(1), which answers calls in its place. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { runIsolatedJson } from '../run-isolated.ts';

/** It must be able to trace: some containers forbid ptrace(2). */
const canTrace =
  existsSync('/usr/bin/strace') && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

function played(title: string, test: () => Promise<void>): void {
  if (canTrace) it(title, test, 60_000);
  else it.skip(`${title} (needs strace)`, test);
}

function inject<T>(fixture: string, args: readonly string[], ...faults: readonly string[]): Promise<T> {
  const calls = [...new Set(faults.map((fault) => fault.split(':')[0]))].join(',');
  const injections = faults.flatMap((fault) => ['-e', `inject=${fault}`]);
  return runIsolatedJson<T>(fixture, {
    args,
    wrapper: ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, ...injections],
  });
}

const start = (...faults: readonly string[]) =>
  inject<{ report: unknown; status?: number }>('sys/starts.ts', ['one'], ...faults);

describe('a start', () => {
  played('without a process to be had says so: EAGAIN at clone', async () => {
    const { report } = await start('clone:error=EAGAIN');
    expect(report).toEqual({ pid: false, step: -4, errno: 'EAGAIN', timedOut: false });
  });

  played(
    'whose descriptors cannot be its own ends before it touches one: ENOMEM at close_range',
    async () => {
      const { report } = await start('close_range:error=ENOMEM');
      expect(report).toEqual({ pid: true, step: -3, errno: 'ENOMEM', timedOut: false });
    },
  );

  played('that fails at a step in the middle says which', async () => {
    const { report } = await start('dup3:error=EMFILE:when=3');
    expect(report).toEqual({ pid: true, step: 2, errno: 'EMFILE', timedOut: false });
  });

  played('goes on after EINTR, wherever it comes', async () => {
    const interrupted = await start(
      'close_range:error=EINTR:when=1..2',
      'dup3:error=EINTR:when=1..2',
      'wait4:error=EINTR:when=1..2',
    );
    expect(interrupted).toEqual({
      report: { pid: true, step: 3, errno: null, timedOut: false },
      status: 0,
    });
  });
});

describe('sockets', () => {
  const calls = (...faults: readonly string[]) =>
    inject<Record<string, unknown>>('sys/calls.ts', [], ...faults);

  played('work as they are', async () => {
    expect(await calls('personality:error=EINVAL')).toEqual({
      accepted: 1,
      received: 2,
      replied: 2,
      answers: ['one', 'two'],
    });
  });

  played('say ENFILE at accept', async () => {
    expect(await calls('accept4:error=ENFILE')).toMatchObject({ accepted: 'ENFILE' });
  });

  played('say EMFILE at accept', async () => {
    expect(await calls('accept4:error=EMFILE')).toMatchObject({ accepted: 'EMFILE' });
  });

  played('take the next caller when one hung up: ECONNABORTED at accept', async () => {
    expect(await calls('accept4:error=ECONNABORTED:when=1')).toMatchObject({ accepted: 1 });
  });

  played('come back to the loop when callers do nothing but hang up', async () => {
    expect(await calls('accept4:error=ECONNABORTED')).toMatchObject({ accepted: 0 });
  });

  played('go on after EINTR', async () => {
    const faults = ['accept4', 'recvmmsg', 'sendmmsg'].map((call) => `${call}:error=EINTR:when=1..2`);
    expect(await calls(...faults)).toMatchObject({
      accepted: 1,
      received: 2,
      replied: 2,
      answers: ['one', 'two'],
    });
  });

  played('lose the datagram that the network refuses, and send the next', async () => {
    expect(await calls('sendmmsg:error=ENETUNREACH:when=1')).toMatchObject({
      replied: 1,
      answers: ['again', 'two'],
    });
  });
});
