/** Whom a service runs as: user, group and groups, and what a daemon without root makes of them. */

import type { Diagnostics } from '../../../diagnostics/diagnostic.ts';
import type { Account } from '../../../model/service.ts';
import type { XinetdContext } from '../context.ts';
import { type Draft, placeOf } from '../entry.ts';

/** The account of a server; null when this daemon may not use it, which is reported. */
export function accountOf(draft: Draft, context: XinetdContext, diagnostics: Diagnostics): Account | null {
  const { names, settings } = context;
  const { user, group } = draft.values;
  if (user === undefined) return ownAccount(context);
  const gid = group ?? user.gid;
  const groups = draft.values.groups === true ? [...new Set([gid, ...(user.groups ?? [])])] : [];
  const account = { user: user.text, uid: user.uid, gid, groups, home: user.home, shell: user.shell };
  const { callerUid } = settings;
  if (callerUid === 0) return account;
  const caller = ownAccount(context);
  const isOwn = user.uid === callerUid && (group === undefined || group === names.userById(callerUid)?.gid);
  // Without root no group can be changed: a server has those of the daemon.
  if (isOwn || settings.asCaller) return caller;
  const help = 'start superd as root, write your own user without a group, or give --as-caller';
  const message = `only root can run it as '${user.text}'`;
  diagnostics.error('xinetd/not-your-user', placeOf(draft, 'user'), message, help);
  return null;
}

/** The daemon's own account, which superd answers by itself as. */
export function ownAccount({ names, settings }: XinetdContext): Account {
  const uid = settings.callerUid;
  return names.userById(uid) ?? { user: String(uid), uid, gid: uid, groups: [], home: '/', shell: '/bin/sh' };
}
