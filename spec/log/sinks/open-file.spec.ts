import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLogFile } from '../../../lib/log/sinks/open-file.ts';

const asRoot = process.getuid?.() === 0 ? it : it.skip;
const stranger = 65_533;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The code of the error that opening meets, or null. */
function codeOf(path: string): string | null {
  try {
    closeSync(openLogFile(path, 0));
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function append(path: string, text: string): void {
  const fd = openLogFile(path, 0);
  writeSync(fd, text);
  closeSync(fd);
}

describe('a log file', () => {
  it.each([
    { umask: 0o022, mode: 0o644 },
    { umask: 0o077, mode: 0o600 },
    { umask: 0, mode: 0o644 },
  ])('is made with mode $mode under the umask $umask', ({ umask, mode }) => {
    const path = join(folder, 'log');
    const before = process.umask(umask);
    try {
      append(path, 'one\n');
    } finally {
      process.umask(before);
    }
    expect(statSync(path).mode & 0o7777).toBe(mode);
  });

  it('is appended to, and keeps its mode', () => {
    const path = join(folder, 'log');
    writeFileSync(path, 'zero\n');
    chmodSync(path, 0o640);
    append(path, 'one\n');
    expect(readFileSync(path, 'utf8')).toBe('zero\none\n');
    expect(statSync(path).mode & 0o7777).toBe(0o640);
  });

  it('is kept high', () => {
    const fd = openLogFile(join(folder, 'log'), 100);
    closeSync(fd);
    expect(fd).toBeGreaterThanOrEqual(100);
  });

  it('is not made in a folder that is not there', () => {
    expect(codeOf(join(folder, 'missing/log'))).toBe('ENOENT');
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });

  it('is no folder', () => {
    mkdirSync(join(folder, 'log'));
    expect(codeOf(join(folder, 'log'))).toBe('EISDIR');
  });

  it('is no FIFO that nobody reads, which would make us wait', () => {
    const path = join(folder, 'fifo');
    spawnSync('mkfifo', [path]);
    expect(codeOf(path)).toBe('ENXIO');
  });
});

describe('a link in the place of a log file', () => {
  it('that is our own is followed', () => {
    const [path, target] = [join(folder, 'log'), join(folder, 'target')];
    writeFileSync(target, '');
    symlinkSync(target, path);
    append(path, 'one\n');
    expect(readFileSync(target, 'utf8')).toBe('one\n');
  });

  asRoot("that is another user's is not", () => {
    const [path, target] = [join(folder, 'log'), join(folder, 'target')];
    writeFileSync(target, '');
    symlinkSync(target, path);
    lchownSync(path, stranger, stranger);
    expect(codeOf(path)).toBe('ELOOP');
  });

  it('makes no file at its end', () => {
    const [path, target] = [join(folder, 'log'), join(folder, 'target')];
    symlinkSync(target, path);
    expect(codeOf(path)).toBe('ENOENT');
    expect(existsSync(target)).toBe(false);
  });
});
