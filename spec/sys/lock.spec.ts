import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { tryLock } from '../../lib/sys/lock.ts';

it('a lock has one holder, and is free again when that one closes the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'superd-lock-'));
  try {
    const [first, second] = [openSync(join(folder, 'pid'), 'w'), openSync(join(folder, 'pid'), 'w')];
    expect(tryLock(first)).toBe(true);
    expect(tryLock(first)).toBe(true);
    expect(tryLock(second)).toBe(false);
    closeSync(first);
    expect(tryLock(second)).toBe(true);
    closeSync(second);
    expect(() => tryLock(-1)).toThrow('flock fd -1: EBADF');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
