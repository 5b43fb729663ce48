/** Commands of rules, run for real. */

import { describe, expect, it } from '@jest/globals';
import { runIsolatedJson } from '../run-isolated.ts';

function scenario<T>(name: string): Promise<T> {
  return runIsolatedJson<T>('exec/shell.ts', { args: [name] });
}

describe('runShell', () => {
  it('gives the status of sh(1)', async () => {
    expect(await scenario('statuses')).toEqual([0, 3, 128 + 9, 127]);
  });

  it('kills a command that takes too long, with the processes that it waits for', async () => {
    expect(await scenario('late')).toBeNull();
  });

  it('does not wait for what a command leaves behind', async () => {
    expect(await scenario('background')).toEqual({ status: 0, left: true });
  });
});
