import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { constant } from '../../lib/sys/constants.ts';
import {
  allProcesses,
  familyOf,
  type Process,
  processOf,
  signalProcess,
  wasStartedWith,
} from '../../lib/sys/processes.ts';

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** A shell that has said that it runs; it waits for its input to end. */
async function shell(
  script: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn('/bin/sh', ['-c', script], {
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  started.push(child);
  const said = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as unknown[];
  return { child, line: String(said[0]).trim() };
}

const make = (pid: number, parent: number): Process => ({
  pid,
  parent,
  group: pid,
  session: pid,
  state: 'S',
  startedAt: pid,
  name: 'x',
});

describe('a process', () => {
  it('is read, whatever its name is', async () => {
    const { child, line } = await shell('printf "a) (b\\nS 1" > /proc/$$/comm; echo $$; read end');
    const pid = Number(line);
    expect(pid).toBe(child.pid);
    expect(processOf(pid)).toMatchObject({
      pid,
      parent: process.pid,
      group: pid,
      session: pid,
      name: 'a) (b\nS 1',
    });
    expect(allProcesses()).toContainEqual(
      expect.objectContaining({ pid, startedAt: processOf(pid)?.startedAt }),
    );
  });

  it.each([0, -1, 2 ** 22 + 1, Number.NaN])('of the number %d is none', (pid) => {
    expect(processOf(pid)).toBe(null);
    expect(wasStartedWith(pid, 'A=1')).toBe(false);
  });

  it('remembers what it was started with', async () => {
    const { line } = await shell('echo $$; export MARK=2; read end', { FIRST: '1', MARK: 'abc', LAST: 'z' });
    const pid = Number(line);
    const told = ['MARK=abc', 'MARK=ab', 'ARK=abc', 'MARK=2', 'FIRST=1', 'LAST=z'];
    expect(told.filter((entry) => wasStartedWith(pid, entry)).sort()).toEqual([
      'FIRST=1',
      'LAST=z',
      'MARK=abc',
    ]);
  });
});

describe('a family', () => {
  it('is a process and all that descend from it', async () => {
    const { line } = await shell("(echo $$ $(sh -c 'echo $PPID'); sleep 1000) & wait");
    const root = Number(line.split(' ')[0]);
    const names = () => familyOf(allProcesses(), [root]).map(({ pid }) => pid);
    expect(names()[0]).toBe(root);
    expect(names().length).toBeGreaterThanOrEqual(2);
    for (const { pid, startedAt } of familyOf(allProcesses(), [root]).slice(1)) {
      signalProcess({ pid, startedAt }, constant('SIGKILL'));
    }
  });

  it('has parents before children, nobody twice, and nobody else', () => {
    const processes = [make(5, 3), make(3, 2), make(2, 1), make(4, 2), make(9, 1), make(7, 8), make(8, 7)];
    expect(familyOf(processes, [2, 5, 77]).map(({ pid }) => pid)).toEqual([2, 5, 3, 4]);
    expect(familyOf(processes, [7]).map(({ pid }) => pid)).toEqual([7, 8]);
    expect(familyOf(processes, [])).toEqual([]);
  });

  it('ends, however processes say that they are related', () => {
    const id = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id)), fc.array(id), (pairs, roots) => {
        const processes = pairs.map(([pid, parent]) => make(pid, parent));
        const family = familyOf(processes, roots);
        expect(new Set(family).size).toBe(family.length);
        expect(family.length).toBeLessThanOrEqual(processes.length);
      }),
    );
  });
});

describe('a signal', () => {
  it('reaches the process that was seen', async () => {
    const { child } = await shell('echo; read end');
    const seen = processOf(child.pid ?? 0);
    if (!seen) throw new Error('it is gone');
    expect(signalProcess(seen, 0)).toBe(true);
    const exit = once(child, 'exit');
    expect(signalProcess(seen, constant('SIGTERM'))).toBe(true);
    expect(await exit).toEqual([null, 'SIGTERM']);
    expect(signalProcess(seen, constant('SIGTERM'))).toBe(false);
  });

  it('reaches nobody who has got the number since', async () => {
    const { child } = await shell('echo; read end');
    const seen = processOf(child.pid ?? 0);
    if (!seen) throw new Error('it is gone');
    expect(signalProcess({ ...seen, startedAt: seen.startedAt - 1 }, constant('SIGKILL'))).toBe(false);
    expect(processOf(seen.pid)?.state).not.toBe('Z');
    expect(signalProcess({ pid: 2 ** 22 + 1, startedAt: 0 }, constant('SIGKILL'))).toBe(false);
    expect(signalProcess({ pid: 0, startedAt: 0 }, constant('SIGKILL'))).toBe(false);
  });
});
