/**
 * Makes, hands over and removes the directories that a unit has of its own (systemd.exec(5), RuntimeDirectory=).
 *
 * Root works here in directories that others may write to. So below the base no path is followed: each directory is opened
 * as a name in the one that is open already, never through a symbolic link, and what is changed is what was opened.
 */

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import type { OwnDirectories } from '../../model/exec-settings.ts';
import { hasCode } from '../../sys/errors.ts';
import { BASES } from './directories.ts';

/** Whose they are. */
export interface DirectoryOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Deeper trees are not walked: each level takes a descriptor. */
const DEEPEST = 128;

/** Makes those of one kind that are not there; the innermost gets mode and owner, with all that is in it. Throws an error with a code. */
export function makeDirectories(
  { kind, links = [], mode, names }: OwnDirectories,
  owner: DirectoryOwner,
  bases = BASES,
): void {
  const base = bases[kind];
  mkdirSync(base, { recursive: true });
  for (const name of names) {
    const made = openBelow(base, name.split('/'), true);
    if (made === null) continue;
    try {
      // What configures a service is not the service's own.
      if (kind === 'configuration') {
        if (made.isNew) fchmodSync(made.fd, mode);
        continue;
      }
      const { gid, uid } = fstatSync(made.fd);
      if (uid !== owner.uid || gid !== owner.gid) giveAway(made.fd, owner, 0);
      fchmodSync(made.fd, mode);
    } finally {
      closeSync(made.fd);
    }
  }
  for (const { name, to } of links) makeLink(base, name, to);
}

/** A relative one, so that it holds in every view of the file system. What has the name already, and is no link, is kept. */
function makeLink(base: string, name: string, to: string): void {
  const parts = name.split('/');
  const last = parts.pop() ?? '';
  const target = `${'../'.repeat(parts.length)}${to}`;
  const parent = openBelow(base, parts, true);
  if (parent === null) return;
  const path = within(parent.fd, last);
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there?.isSymbolicLink()) {
      if (readlinkSync(path) === target) return;
      unlinkSync(path);
    }
    symlinkSync(target, path);
  } finally {
    closeSync(parent.fd);
  }
}

/** Removes the innermost directories with all that is in them, but not what is mounted there. What cannot be removed stays. */
export function removeDirectories({ kind, links = [], names }: OwnDirectories, bases = BASES): void {
  for (const { name } of links) removeLink(bases[kind], name);
  for (const name of names) {
    const parts = name.split('/');
    const last = parts.pop() ?? '';
    attempt(() => {
      const parent = openBelow(bases[kind], parts, false);
      if (parent === null) return;
      try {
        remove(parent.fd, last, fstatSync(parent.fd).dev, 0);
      } finally {
        closeSync(parent.fd);
      }
    });
  }
}

function removeLink(base: string, name: string): void {
  const parts = name.split('/');
  const last = parts.pop() ?? '';
  attempt(() => {
    const parent = openBelow(base, parts, false);
    if (parent === null) return;
    try {
      const path = within(parent.fd, last);
      if (lstatSync(path).isSymbolicLink()) unlinkSync(path);
    } finally {
      closeSync(parent.fd);
    }
  });
}

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

interface Opened {
  readonly fd: number;
  readonly isNew: boolean;
}

/** Opens the last of the parts; null: one is missing and not to be made. */
function openBelow(base: string, parts: readonly string[], makes: boolean): Opened | null {
  let at: Opened = { fd: openSync(base, O_RDONLY | O_DIRECTORY), isNew: false };
  for (const part of parts) {
    const parent = at.fd;
    try {
      const isNew = makes && made(within(parent, part));
      at = { fd: openDirectory(parent, part), isNew };
    } catch (error) {
      if (!makes && hasCode(error, 'ENOENT')) return null;
      throw error;
    } finally {
      closeSync(parent);
    }
  }
  return at;
}

function made(path: string): boolean {
  try {
    mkdirSync(path, 0o755);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return false;
  }
}

/** A name in an open directory (openat(2), by way of proc(5)). */
function within(fd: number, name: string): string {
  return `/proc/self/fd/${fd}/${name}`;
}

function openDirectory(parent: number, name: string): number {
  return openSync(within(parent, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

function giveAway(fd: number, owner: DirectoryOwner, depth: number): void {
  eachDirectory(fd, depth, {
    directory: (child) => giveAway(child, owner, depth + 1),
    other: (name) => lchownSync(within(fd, name), owner.uid, owner.gid),
  });
  // Last: until then nobody but root can put anything else into it.
  fchownSync(fd, owner.uid, owner.gid);
}

interface Visitor {
  readonly directory: (fd: number, name: string) => void;
  /** Files, links, sockets and whatever else has a name. */
  readonly other: (name: string) => void;
}

function eachDirectory(fd: number, depth: number, { directory, other }: Visitor): void {
  if (depth >= DEEPEST) return;
  for (const name of readdirSync(`/proc/self/fd/${fd}`)) {
    let child: number;
    try {
      if (!lstatSync(within(fd, name)).isDirectory()) {
        other(name);
        continue;
      }
      child = openDirectory(fd, name);
    } catch (error) {
      // It went, or something else came in its place.
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') || hasCode(error, 'ELOOP')) continue;
      throw error;
    }
    try {
      directory(child, name);
    } finally {
      closeSync(child);
    }
  }
}

function remove(parent: number, name: string, device: number, depth: number): void {
  const fd = openDirectory(parent, name);
  try {
    // Another file system is mounted here.
    if (fstatSync(fd).dev !== device) return;
    eachDirectory(fd, depth, {
      directory: (_, child) => attempt(() => remove(fd, child, device, depth + 1)),
      other: (child) => attempt(() => unlinkSync(within(fd, child))),
    });
  } finally {
    closeSync(fd);
  }
  rmdirSync(within(parent, name));
}

/** Somebody else may be at work in there. */
function attempt(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (typeof (error as { readonly code?: unknown }).code !== 'string') throw error;
  }
}
