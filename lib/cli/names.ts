/** Names as this machine knows them. */

import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { parseNetworks, parseNumbers, parseServices, wellKnownRpc } from '../config/databases.ts';
import type { Names } from '../config/names.ts';
import type { Account } from '../model/service.ts';
import { findGroup, findUser, findUserById, groupsOf, type User } from '../sys/accounts.ts';
import { hasCode } from '../sys/errors.ts';

/** Names for one load: the files of /etc are read when they are first asked, users and hosts each time. */
export function systemNames(): Names {
  const services = lazy(() => parseServices(read('/etc/services')));
  const protocols = lazy(() => parseNumbers(read('/etc/protocols')));
  const networks = lazy(() => parseNetworks(read('/etc/networks')));
  const programs = lazy(() => parseNumbers(read('/etc/rpc')));
  return {
    port: (name, transport) => services().ports.get(`${name}/${transport}`) ?? null,
    serviceName: (port, transport) => services().names.get(`${port}/${transport}`) ?? null,
    protocol: (name) => protocols().get(name) ?? null,
    rpcProgram: (name) => programs().get(name) ?? wellKnownRpc.get(name) ?? null,
    network: (name) => networks().get(name) ?? null,
    user: (name) => accountOf(findUser(name)),
    userById: (uid) => accountOf(findUserById(uid)) ?? (uid === process.getuid?.() ? nameless(uid) : null),
    group: (name) => findGroup(name)?.gid ?? null,
    host,
  };
}

function accountOf(user: User | null): Account | null {
  if (user === null) return null;
  const { name, uid, gid, home, shell } = user;
  return { user: name, uid, gid, groups: groupsOf(name, gid), home, shell };
}

/** Whoever runs us exists, also in a container that gives out numbers which passwd(5) does not know. */
function nameless(uid: number): Account {
  const groups = process.getgroups?.() ?? [];
  return { user: String(uid), uid, gid: process.getgid?.() ?? uid, groups, home: '/', shell: '/bin/sh' };
}

/** Every address, in the resolver's order. */
async function host(name: string): ReturnType<Names['host']> {
  try {
    const found = await lookup(name, { all: true, order: 'verbatim' });
    return { addresses: [...new Set(found.map(({ address }) => address))], problem: null };
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? 'EAI_FAIL';
    const problem = hasCode(error, 'ENOTFOUND') ? 'no such host' : `the resolver failed (${code})`;
    return { addresses: [], problem };
  }
}

/** A table that a small system does without is empty. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
