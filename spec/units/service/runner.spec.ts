import { describe, expect, it } from '@jest/globals';
import { runIsolatedJson } from '../../run-isolated.ts';

interface Found {
  readonly result: string;
  readonly changes: readonly string[];
  readonly said: readonly string[];
  readonly text: readonly string[];
}

const perform = <T>(scenario: string) =>
  runIsolatedJson<Found & T>('units/services.ts', { args: [scenario] });

describe('A service with real processes', () => {
  it('that ends by itself goes through its states and tells of two', async () => {
    const found = await perform('simple');
    expect(found).toMatchObject({ result: 'success', changes: ['start', 'running', 'stop-sigterm', 'dead'] });
    expect(found.said).toEqual(['x.service: Deactivated successfully.']);
  });

  it('C-131: is stopped by its command, then by the signal, and told how it ended', async () => {
    const found = await perform('stop');
    expect(found.text).toEqual(['up', 'stop 1', 'post success killed N']);
    expect(found.result).toBe('success');
  });

  it('is killed with all that it started when it does not end in time, also what left its session', async () => {
    const found = await perform<{ alive: boolean }>('escaped');
    expect(found).toMatchObject({ result: 'timeout', alive: false });
    expect(found.said).toContain("x.service: State 'stop-sigterm' timed out. Killing.");
  });

  it('takes with it what has nobody but us left as its parent', async () => {
    expect(await perform('orphan')).toMatchObject({ result: 'success', alive: false });
  });

  it('C-134: leaves its children alone with KillMode=process, and names them', async () => {
    const found = await perform('spared');
    expect(found).toMatchObject({ result: 'success', spared: true });
    expect(found.said).toContain('x.service: Unit process N (sleep) remains running after unit stopped.');
  });

  it('that forks is known by what it leaves behind', async () => {
    const found = await perform('forking');
    expect(found).toMatchObject({ result: 'signal' });
    expect(found.said).toContain('x.service: Main process exited, code=killed, status=9/KILL');
  });

  it('that forks is known by its PID file, however late, which goes with it', async () => {
    expect(await perform('pid-file')).toMatchObject({ result: 'success', named: true, removed: true });
  });

  it('C-128: that fails again and again is restarted up to its limit', async () => {
    const found = await perform('restarts');
    expect(found.text).toEqual(['life', 'life', 'life', 'life', 'life']);
    expect(found).toMatchObject({ result: 'start-limit-hit', restarts: 5 });
    expect(found.said.slice(-2)).toEqual([
      'x.service: Start request repeated too quickly.',
      "x.service: Failed with result 'start-limit-hit'.",
    ]);
  });

  it('C-124: goes on under another main process when the first one ends', async () => {
    expect(await perform('main-pid')).toMatchObject({
      sub: 'running',
      named: true,
      status: 'up',
      result: 'success',
    });
  });
});
