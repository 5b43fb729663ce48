/** Directories of units, made below bases of our own. */

import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDirectories, removeDirectories } from '../../../lib/exec/unit/make-directories.ts';
import type { OwnDirectories } from '../../../lib/model/exec-settings.ts';
import { asRoot } from '../../sys/as-root.ts';

let base: string;
const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const nobody = { uid: 65_534, gid: 65_534 };

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'superd-directories-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function bases() {
  const at = (name: string) => join(base, name);
  return {
    runtime: at('run'),
    state: at('lib'),
    cache: at('cache'),
    logs: at('log'),
    configuration: at('etc'),
  };
}

function own(kind: OwnDirectories['kind'], ...names: readonly string[]): OwnDirectories {
  return { kind, names, mode: 0o750 };
}

function modeOf(path: string): string {
  return (statSync(join(base, path)).mode & 0o7777).toString(8);
}

describe('makeDirectories', () => {
  it('makes each with its parents; the innermost has the mode', () => {
    makeDirectories(own('state', 'a/b', 'c'), self, bases());
    expect(['lib/a', 'lib/a/b', 'lib/c'].map(modeOf)).toEqual(['755', '750', '750']);
  });

  asRoot('gives the innermost away, with what is in it', () => {
    mkdirSync(join(base, 'lib/a/b/deep'), { recursive: true });
    writeFileSync(join(base, 'lib/a/b/deep/file'), '');
    makeDirectories(own('state', 'a/b'), nobody, bases());
    const uids = ['lib/a', 'lib/a/b', 'lib/a/b/deep', 'lib/a/b/deep/file'].map(
      (path) => statSync(join(base, path)).uid,
    );
    expect(uids).toEqual([0, 65_534, 65_534, 65_534]);
  });

  asRoot('leaves what is in a directory of its user as it is', () => {
    makeDirectories(own('state', 'a'), nobody, bases());
    writeFileSync(join(base, 'lib/a/roots'), '');
    makeDirectories(own('state', 'a'), nobody, bases());
    expect(statSync(join(base, 'lib/a/roots')).uid).toBe(0);
  });

  asRoot('keeps configuration with root, as it is', () => {
    mkdirSync(join(base, 'etc/there'), { recursive: true, mode: 0o700 });
    makeDirectories(own('configuration', 'there', 'new'), nobody, bases());
    expect(['etc/there', 'etc/new'].map(modeOf)).toEqual(['700', '750']);
    expect(statSync(join(base, 'etc/new')).uid).toBe(0);
  });

  it('makes links to them, sets those that point elsewhere right, and takes nobody’s place', () => {
    const links = ['old', 'deep/old', 'there'].map((name) => ({ name, to: 'a' }));
    mkdirSync(join(base, 'run/there'), { recursive: true });
    symlinkSync('/elsewhere', join(base, 'run/old'));
    const unit: OwnDirectories = { ...own('runtime', 'a'), links: links.slice(0, 2) };
    for (let time = 0; time < 2; time += 1) makeDirectories(unit, self, bases());
    expect(['run/old', 'run/deep/old'].map((name) => readlinkSync(join(base, name)))).toEqual(['a', '../a']);
    expect(() => makeDirectories({ ...unit, links }, self, bases())).toThrow('EEXIST');
    expect(statSync(join(base, 'run/there')).isDirectory()).toBe(true);
    removeDirectories({ ...unit, links }, bases());
    expect(
      ['run/a', 'run/old', 'run/deep/old', 'run/there'].map((name) => existsSync(join(base, name))),
    ).toEqual([false, false, false, true]);
  });

  it.each(['lib/link', 'lib/user/link'])('goes through no symbolic link at %s', (link) => {
    const target = join(base, 'elsewhere');
    mkdirSync(target, { mode: 0o711 });
    mkdirSync(join(base, 'lib/user'), { recursive: true });
    symlinkSync(target, join(base, link));
    expect(() => makeDirectories(own('state', link.slice('lib/'.length)), self, bases())).toThrow(
      /ENOTDIR|ELOOP/,
    );
    expect(() => makeDirectories(own('state', `${link.slice('lib/'.length)}/in`), self, bases())).toThrow(
      /ENOTDIR|ELOOP/,
    );
    expect(modeOf('elsewhere')).toBe('711');
    expect(existsSync(join(target, 'in'))).toBe(false);
  });

  asRoot('gives links away, not what they lead to', () => {
    writeFileSync(join(base, 'secret'), '');
    mkdirSync(join(base, 'lib/a'), { recursive: true });
    symlinkSync(join(base, 'secret'), join(base, 'lib/a/link'));
    symlinkSync('/etc', join(base, 'lib/a/folder'));
    chownSync(join(base, 'lib/a'), 1, 1);
    makeDirectories(own('state', 'a'), nobody, bases());
    expect(lstatSync(join(base, 'lib/a/link')).uid).toBe(65_534);
    expect([join(base, 'secret'), '/etc'].map((path) => statSync(path).uid)).toEqual([0, 0]);
  });
});

describe('removeDirectories', () => {
  it('removes the innermost with all that is in it', () => {
    makeDirectories(own('runtime', 'a/b'), self, bases());
    mkdirSync(join(base, 'run/a/b/c'));
    writeFileSync(join(base, 'run/a/b/c/file'), '');
    removeDirectories(own('runtime', 'a/b', 'never-made', 'never/made'), bases());
    expect(existsSync(join(base, 'run/a/b'))).toBe(false);
    expect(existsSync(join(base, 'run/a'))).toBe(true);
  });

  it('removes links, not what they lead to', () => {
    mkdirSync(join(base, 'precious'));
    writeFileSync(join(base, 'precious/file'), '');
    makeDirectories(own('runtime', 'a'), self, bases());
    symlinkSync(join(base, 'precious'), join(base, 'run/a/link'));
    removeDirectories(own('runtime', 'a'), bases());
    expect(existsSync(join(base, 'run/a'))).toBe(false);
    expect(existsSync(join(base, 'precious/file'))).toBe(true);
  });

  it('leaves a link in its place alone', () => {
    mkdirSync(join(base, 'precious'));
    writeFileSync(join(base, 'precious/file'), '');
    mkdirSync(join(base, 'run'));
    symlinkSync(join(base, 'precious'), join(base, 'run/a'));
    removeDirectories(own('runtime', 'a'), bases());
    expect(readlinkSync(join(base, 'run/a'))).toBe(join(base, 'precious'));
    expect(existsSync(join(base, 'precious/file'))).toBe(true);
  });
});
