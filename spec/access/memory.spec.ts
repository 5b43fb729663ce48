import { describe, expect, it } from '@jest/globals';
import { runIsolatedJson } from '../run-isolated.ts';

interface Result {
  readonly admitted: number;
  readonly grewMb: number;
  readonly children: number;
  readonly sensed: number;
}

describe('10 million different addresses', () => {
  it('do not make the process grow by more than 64 MB', async () => {
    const result = await runIsolatedJson<Result>('access/many-sources.ts', { args: ['10000000'] });
    expect(result.grewMb).toBeLessThan(64);
    expect(result.admitted).toBe(10_100_000);
    expect(result.children).toBe(0);
    expect(result.sensed).toBe(10_240);
  }, 120_000);
});
