import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processFacts } from '../../lib/daemon/dump/facts.ts';
import { appendDump } from '../../lib/daemon/dump/write.ts';

describe('the file of the state dump', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'superd-dump-'));
    path = join(folder, 'dump');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('xinetd case 185 (file): two dumps stand one behind the other', async () => {
    expect([await appendDump('one\n', path), await appendDump('two\n', path)]).toEqual([null, null]);
    expect(readFileSync(path, 'latin1')).toBe('one\ntwo\n');
    expect(statSync(path).mode & 0o133).toBe(0);
  });

  it('a link is not followed, wherever it leads', async () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'mine');
    symlinkSync(victim, path);
    expect(await appendDump('dump', path)).toContain('ELOOP');
    symlinkSync(join(folder, 'nothing'), join(folder, 'dangling'));
    expect(await appendDump('dump', join(folder, 'dangling'))).toContain('ELOOP');
    expect(readFileSync(victim, 'latin1')).toBe('mine');
  });

  it('a file with another name is left alone', async () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'mine');
    linkSync(victim, path);
    expect(await appendDump('dump', path)).toBe(`${path} is not a file of ours`);
    expect(readFileSync(victim, 'latin1')).toBe('mine');
  });

  (process.getuid?.() === 0 ? it : it.skip)("another user's file is left alone (needs root)", async () => {
    writeFileSync(path, 'theirs');
    expect(spawnSync('chown', ['65534', path]).status).toBe(0);
    chmodSync(path, 0o666);
    expect(await appendDump('dump', path)).toBe(`${path} is not a file of ours`);
    expect(readFileSync(path, 'latin1')).toBe('theirs');
  });

  it('a FIFO holds nobody up', async () => {
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    expect(await appendDump('dump', path)).toContain('ENXIO');
  });

  it('what cannot be opened is said', async () => {
    mkdirSync(path);
    expect(await appendDump('dump', path)).toContain('EISDIR');
    expect(await appendDump('dump', join(folder, 'absent', 'dump'))).toContain('ENOENT');
  });
});

describe('what the process sees of itself', () => {
  it('are its descriptors and how many it may have', () => {
    const { descriptors, maxDescriptors, environment } = processFacts();
    expect(descriptors).toEqual(expect.arrayContaining([0, 1, 2]));
    expect([...descriptors].sort((a, b) => a - b)).toEqual(descriptors);
    expect(maxDescriptors).toBeGreaterThan(descriptors.length);
    expect(environment.PATH).toBe(process.env.PATH);
  });
});
