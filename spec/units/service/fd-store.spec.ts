import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fd } from '../../../lib/sys/socket.ts';
import { FdStore } from '../../../lib/units/service/fd-store.ts';

let folder = '';
let store = new FdStore();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-store-'));
  store = new FdStore();
});
afterEach(() => {
  store.clear();
  rmSync(folder, { recursive: true });
});

const open = (name: string, flags = 'w') => openSync(join(folder, name), flags) as Fd;
const names = () => store.all.map(({ name }) => name);
const isOpen = (fd: number) => {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
};

describe('The store of descriptors', () => {
  it('C-126: has the newest first', () => {
    store.add(open('a'), 'mem', 9);
    store.add(open('b'), 'stored', 9);
    store.add(open('c'), 'other', 9);
    expect(names()).toEqual(['other', 'stored', 'mem']);
  });

  it('drops a second descriptor of the same file', () => {
    store.add(open('a'), 'first', 9);
    const second = open('a');
    expect(store.add(second, 'second', 9)).toBe(false);
    expect(isOpen(second)).toBe(false);
    expect(names()).toEqual(['first']);
  });

  it('keeps one to read and one to write of the same file, as of a pipe', () => {
    store.add(open('a'), 'write', 9);
    expect(store.add(open('a', 'r'), 'read', 9)).toBe(true);
    expect(names()).toEqual(['read', 'write']);
  });

  it('holds no more than it may', () => {
    store.add(open('a'), 'a', 1);
    const second = open('b');
    expect(store.add(second, 'b', 1)).toBe(false);
    expect(isOpen(second)).toBe(false);
  });

  it('closes what is removed, all of that name', () => {
    const fds = [open('a'), open('b'), open('c')];
    fds.forEach((fd, i) => {
      store.add(fd, i === 2 ? 'other' : 'same', 9);
    });
    store.remove('same');
    expect(fds.map(isOpen)).toEqual([false, false, true]);
    expect(names()).toEqual(['other']);
    store.clear();
    expect(fds.map(isOpen)).toEqual([false, false, false]);
    expect(() => closeSync(Number(fds[2]))).toThrow();
  });
});
