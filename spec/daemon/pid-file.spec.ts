import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PidFile } from '../../lib/daemon/pid-file.ts';

describe('The pid file', () => {
  let folder = '';
  let path = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'superd-pid-'));
    path = join(folder, 'inetd.pid');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const locked = () => {
    const file = PidFile.lock(path);
    if ('holder' in file) throw new Error(`held by ${file.holder}`);
    return file;
  };

  it('holds the number and a line end, and goes when we go', () => {
    const file = locked();
    file.write(4711);
    expect(readFileSync(path, 'latin1')).toBe('4711\n');
    file.remove();
    expect(existsSync(path)).toBe(false);
  });

  it('case 176 (lock): a second one learns who has it and changes nothing', () => {
    const file = locked();
    file.write(4711);
    expect(PidFile.lock(path)).toEqual({ holder: '4711' });
    expect(readFileSync(path, 'latin1')).toBe('4711\n');
    file.remove();
  });

  it('takes over what a crash left behind, whatever is in it', () => {
    writeFileSync(path, '99999999999999999999 rubbish');
    const file = locked();
    file.write(1);
    expect(readFileSync(path, 'latin1')).toBe('1\n');
    file.remove();
  });

  it('does not remove a file that is no longer its own', () => {
    const file = locked();
    renameSync(path, `${path}.old`);
    writeFileSync(path, 'another');
    file.remove();
    expect(readFileSync(path, 'latin1')).toBe('another');
  });

  it('follows no link', () => {
    const precious = join(folder, 'precious');
    writeFileSync(precious, 'precious');
    symlinkSync(precious, path);
    expect(() => PidFile.lock(path)).toThrow(/ELOOP/);
    expect(readFileSync(precious, 'latin1')).toBe('precious');
  });

  it('is a regular file or nothing', () => {
    path = folder;
    expect(() => PidFile.lock(path)).toThrow();
  });
});
