import { describe, expect, it } from '@jest/globals';
import { takeInherited } from '../../lib/net/inherited.ts';

describe('takeInherited', () => {
  it.each([
    { environment: {}, because: 'nothing is announced' },
    { environment: { LISTEN_FDS: '1', LISTEN_PID: '1' }, because: 'it is meant for another process' },
    {
      environment: { LISTEN_FDS: '-1', LISTEN_PID: String(process.pid) },
      because: 'that is no number of descriptors',
    },
    {
      environment: { LISTEN_FDS: '1e3', LISTEN_PID: String(process.pid) },
      because: 'that is no decimal number',
    },
  ])('takes nothing when $because', ({ environment }) => {
    expect(takeInherited(environment, process.pid, 100).size).toBe(0);
  });
});
