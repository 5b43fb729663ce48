import {
  closeSync,
  mkdtempSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { closeFiles, openFiles } from '../../../lib/exec/unit/open-files.ts';
import type { OpenFile } from '../../../lib/model/service-unit.ts';
import { isBlocking } from '../../../lib/sys/socket.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-open-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, more: Partial<OpenFile> = {}): OpenFile => ({
  path: join(folder, name),
  name,
  mode: 'read-write',
  graceful: false,
  ...more,
});

function opened(files: readonly OpenFile[], said: string[] = []) {
  const found = openFiles(files, (problem) => said.push(problem));
  if ('reason' in found) throw new Error(found.reason);
  return found;
}

describe('OpenFile=', () => {
  it.each([
    { mode: 'read-write', text: 'new was' },
    { mode: 'append', text: 'it was\nnew' },
    { mode: 'truncate', text: 'new' },
  ] as const)('$mode', ({ mode, text }) => {
    writeFileSync(join(folder, 'a'), mode === 'append' ? 'it was\n' : 'old was');
    const files = opened([file('a', { mode })]);
    writeSync(files[0]?.fd ?? -1, 'new');
    closeFiles(files);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe(text);
  });

  it('read-only can be read and not written to; blocking, in the order of the lines', () => {
    for (const name of ['a', 'b']) writeFileSync(join(folder, name), name);
    const files = opened([file('b', { mode: 'read', name: 'key' }), file('a')]);
    const [fd = -1] = files.map((one) => one.fd);
    const buffer = Buffer.alloc(4);
    expect(files.map(({ name }) => name)).toEqual(['key', 'a']);
    expect(buffer.toString('utf8', 0, readSync(fd, buffer))).toBe('b');
    expect(() => writeSync(fd, 'x')).toThrow('EBADF');
    expect(isBlocking(fd)).toBe(true);
    closeFiles(files);
    expect(() => closeSync(fd)).toThrow('EBADF');
  });

  it('what is missing fails the start as 202/FDS, unless it may be missing', () => {
    symlinkSync('/no/such', join(folder, 'gone'));
    expect(openFiles([file('gone')], () => undefined)).toEqual({
      exit: 202,
      reason: `OpenFile=${join(folder, 'gone')}: ENOENT`,
    });
    const said: string[] = [];
    expect(opened([file('gone', { graceful: true })], said)).toEqual([]);
    expect(said).toEqual([`OpenFile=${join(folder, 'gone')}: ENOENT, the service is started without it`]);
  });
});
