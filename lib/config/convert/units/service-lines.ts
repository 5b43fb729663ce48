/** The lines of a .service unit: a row says what is written, and when. */

import type { ResourceLimit, Service } from '../../../model/service.ts';
import { knownUser } from '../account.ts';
import { execStart } from './commands.ts';
import type { Pair } from './pair.ts';
import type { Row } from './socket-lines.ts';
import { word } from './words.ts';

/** The section [Service]. */
// biome-ignore format: a table
export const SERVICE_ROWS: readonly Row[] = [
  ['ExecStart', ({ service }) => some(execStart(service))],
  ['StandardInput', ({ service }) => (service.action.kind === 'exec' ? ['socket'] : [])],
  ['StandardError', ({ service: { setup, action } }) => (setup.stderr === 'daemon' && action.kind === 'exec' ? ['journal'] : [])],
  ['User', (pair) => [userOf(pair).user]],
  ['Group', (pair) => [...(userOf(pair).gid === pair.service.account.gid ? [] : [pair.service.account.gid])]],
  ['SupplementaryGroups', (pair) => joined(addedGroups(pair).map(String))],
  ['UMask', ({ service: { setup } }) => [`0${(setup.umask ?? 0o022).toString(8).padStart(3, '0')}`]],
  ['Nice', ({ service: { setup } }) => (setup.nice === 0 ? [] : [Math.max(-20, Math.min(19, setup.nice))])],
  ['Environment', ({ service: { setup } }) => Object.entries(setup.environment.set).map(([name, value]) => word(`${name}=${value}`))],
  ['PassEnvironment', ({ service: { setup: { environment } } }) => joined(typeof environment.inherit === 'string' ? [] : environment.inherit)],
  // Old servers end when their caller is gone; superd and systemd would have the signal ignored.
  ['IgnoreSIGPIPE', () => ['no']],
  // No super server ends the processes that a server started.
  ['KillMode', () => ['process']],
];

/** Limit…= lines. */
export function limitLines({ service: { setup } }: Pair): readonly string[] {
  return setup.resources.map(({ resource, soft, hard }) => {
    const value = soft === hard ? limit(soft) : `${limit(soft)}:${limit(hard)}`;
    return `Limit${resource.toUpperCase()}=${value}`;
  });
}

function limit(value: ResourceLimit['soft']): string {
  return Number.isFinite(value) ? String(value) : 'infinity';
}

/** The user as it is written, with the group and the groups that come with it. A number brings its own group along. */
export function userOf({ service: { account }, target }: Pair): {
  readonly user: string;
  readonly gid: number | null;
  readonly groups: readonly number[];
} {
  const known = knownUser(account, target.names);
  if (known === null) return { user: String(account.uid), gid: null, groups: [] };
  const user =
    known.user === account.user && !/^\d+$/.test(account.user) ? account.user : String(account.uid);
  // initgroups(3) with another group leaves the user's own one out.
  const groups = known.groups.filter((group) => group === account.gid || group !== known.gid);
  return { user, gid: known.gid, groups };
}

/** Groups beyond those that the user has anyway. */
function addedGroups(pair: Pair): Service['account']['groups'] {
  const { account } = pair.service;
  const had = new Set([...userOf(pair).groups, account.gid]);
  return account.groups.filter((group) => !had.has(group));
}

function some(text: string | null): readonly string[] {
  return text === null ? [] : [text];
}

function joined(words: readonly string[]): readonly string[] {
  return words.length === 0 ? [] : [words.map(word).join(' ')];
}
