/** What a socket unit leaves in the file system: owners, links, and their removal (systemd.socket(5)). */

import { fchownSync, lchownSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { nodeOf } from '../model/listen-target.ts';
import type { ListenTarget, SocketFiles } from '../model/socket-unit.ts';
import { findGroup, findUser, findUserById } from '../sys/accounts.ts';
import { hasCode } from '../sys/errors.ts';
import type { Fd } from '../sys/socket.ts';
import { removeQueue } from '../sys/special-files.ts';
import { makeParents, removeNode } from './unix-node.ts';

/** Numbers of a user and a group; -1 leaves it as it is. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Whose the nodes are to be (null: nobody said), or what there is no such thing of. It may block, as accounts.ts says. */
export function ownerOf({ user, group }: SocketFiles): Owner | null | { readonly unknown: 'user' | 'group' } {
  if (user === null && group === null) return null;
  const account = user === null ? { uid: -1, gid: -1 } : accountOf(user);
  if (account === null) return { unknown: 'user' };
  if (group === null) return account;
  const gid = isNumber(group) ? Number(group) : findGroup(group)?.gid;
  return gid === undefined ? { unknown: 'group' } : { uid: account.uid, gid };
}

/** The group of a user is his primary one; a number without an entry has none. */
function accountOf(user: string): Owner | null {
  if (!isNumber(user)) {
    const found = findUser(user);
    return found && { uid: found.uid, gid: found.gid };
  }
  const uid = Number(user);
  return { uid, gid: findUserById(uid)?.gid ?? -1 };
}

const isNumber = (text: string) => /^\d+$/.test(text);

/** Gives a node to its owner; sockets without a file have none. A failure is thrown as it is (chown(2)). */
export function chownTarget(target: ListenTarget, fd: Fd, { uid, gid }: Owner): void {
  if (target.kind === 'unix') lchownSync(target.path, uid, gid);
  if (target.kind === 'fifo' || target.kind === 'message-queue') fchownSync(fd, uid, gid);
}

/** A link that could not be made; the unit goes on without it. */
export interface LinkWarning {
  readonly path: string;
  readonly code: string;
}

/** Makes the links to the one node of a unit. */
export function linkTargets(targets: readonly ListenTarget[], files: SocketFiles): readonly LinkWarning[] {
  const [node] = nodesOf(targets);
  if (node === undefined) return [];
  return files.symlinks.flatMap((path) => {
    const code = linkTo(node, path, files.directoryMode);
    return code === null ? [] : [{ path, code }];
  });
}

function linkTo(node: string, path: string, directoryMode: number): string | null {
  try {
    makeParents(path, directoryMode);
    if (linkOf(path) !== node) symlinkSync(node, path);
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

/** Where a link leads; null when there is none. */
function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EINVAL')) return null;
    throw error;
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string') throw error;
  return code;
}

/** RemoveOnStop=: the nodes of a unit and the links to them. What others put there stays. */
export function removeTargets(targets: readonly ListenTarget[], files: SocketFiles): void {
  const nodes = nodesOf(targets);
  for (const target of targets) {
    if (target.kind === 'unix') removeNode(target.path, 'socket');
    if (target.kind === 'fifo') removeNode(target.path, 'fifo');
    if (target.kind === 'message-queue') tryQuietly(() => removeQueue(target.name));
  }
  for (const path of files.symlinks) {
    tryQuietly(() => nodes.includes(linkOf(path) ?? '') && unlinkSync(path));
  }
}

function nodesOf(targets: readonly ListenTarget[]): readonly string[] {
  return targets.flatMap((target) => nodeOf(target) ?? []);
}

/** Cleaning up: what cannot be removed stays. */
function tryQuietly(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    codeOf(error);
  }
}
