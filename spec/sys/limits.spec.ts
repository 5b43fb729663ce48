import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { childOpenFiles, limitOf, raiseOpenFiles, setLimit } from '../../lib/sys/limits.ts';

describe('limits', () => {
  it('are read as the kernel has them', () => {
    const line = /^Max core file size\s+(\S+)\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    const number = (text = '') => (text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text));
    expect(limitOf('RLIMIT_CORE')).toEqual({ soft: number(line?.[1]), hard: number(line?.[2]) });
  });

  it('are set, and the old one is returned', () => {
    const old = limitOf('RLIMIT_CORE');
    expect(setLimit('RLIMIT_CORE', { soft: 0, hard: old.hard })).toEqual(old);
    expect(limitOf('RLIMIT_CORE')).toEqual({ soft: 0, hard: old.hard });
    setLimit('RLIMIT_CORE', old);
  });

  it('refuse a soft limit above the hard one', () => {
    expect(() => setLimit('RLIMIT_CORE', { soft: 2, hard: 1 })).toThrow('prlimit RLIMIT_CORE: EINVAL');
  });

  it('of open files rise to what is wanted, or as far as they may', () => {
    const old = limitOf('RLIMIT_NOFILE');
    try {
      setLimit('RLIMIT_NOFILE', { soft: 256, hard: old.hard });
      expect(raiseOpenFiles(300)).toBe(300);
      expect(limitOf('RLIMIT_NOFILE').soft).toBe(300);
      expect(raiseOpenFiles(100)).toBe(300);
      // Nobody may go above fs.nr_open.
      expect(raiseOpenFiles(2 ** 40)).toBe(old.hard);
    } finally {
      setLimit('RLIMIT_NOFILE', old);
    }
  });

  it('of a child are those that old servers expect', () => {
    expect(childOpenFiles(1_048_576)).toEqual({ soft: 1024, hard: 1_048_576 });
    expect(childOpenFiles(512)).toEqual({ soft: 512, hard: 512 });
  });
});
