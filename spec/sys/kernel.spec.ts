import { release } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { kernelProblem, tracingProblem } from '../../lib/sys/kernel.ts';

describe('kernelProblem', () => {
  it.each([
    { of: '5.12.0', fine: true },
    { of: '5.12-rc1', fine: true },
    { of: '6.1.0-18-amd64', fine: true },
    { of: '10.0', fine: true },
    { of: '5.11.22', fine: false },
    { of: '5.4.0-generic', fine: false },
    { of: '4.19.0', fine: false },
  ])('$of: fine is $fine', ({ of, fine }) => {
    const problem = kernelProblem(of);
    if (fine) expect(problem).toBeNull();
    else expect(problem).toBe(`Linux 5.12 or newer is needed; this is ${of}`);
  });

  it('does not take what it cannot read for new enough', () => {
    expect(kernelProblem('unknown')).toMatch(/cannot read/);
    expect(kernelProblem('')).toMatch(/cannot read/);
  });

  it('finds nothing wrong with the kernel that runs these specs', () => {
    expect(kernelProblem(release())).toBeNull();
  });
});

describe('tracingProblem', () => {
  it.each([
    { content: '0\n', fine: true },
    { content: '1\n', fine: false },
    { content: '2\n', fine: true },
  ])('fs.suid_dumpable $content: fine is $fine', ({ content, fine }) => {
    expect(tracingProblem(content) === null).toBe(fine);
  });
});
