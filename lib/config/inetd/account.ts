/** Whom a service runs as: the owner field and the names of the system. */

import type { Diagnostics, Span } from '../../diagnostics/diagnostic.ts';
import type { Account } from '../../model/service.ts';
import type { Names } from '../names.ts';
import type { InetdSettings } from '../settings.ts';
import type { OwnerField } from './entry.ts';
import { partOf, type Word } from './words.ts';

/** Looks the owner of an entry up; null when it is unknown or may not be used by this caller, which is reported. */
export function accountOf(
  owner: OwnerField,
  { names, settings }: { readonly names: Names; readonly settings: InetdSettings },
  diagnostics: Diagnostics,
): Account | null {
  const named =
    owner.kind === 'pair' ? namedByPair(owner, names) : namedByWord(owner.word, names, diagnostics);
  const account = withGroup(named, names, diagnostics);
  if (account === null) return null;
  const { callerUid } = settings;
  const caller = callerUid === 0 ? null : names.userById(callerUid);
  if (callerUid === 0 || (account.uid === callerUid && account.gid === caller?.gid)) return account;
  if (settings.asCaller && caller !== null) return caller;
  const help = 'start superd as root, write your own user without a group, or give --as-caller';
  const span = owner.kind === 'pair' ? owner.user.span : owner.word.span;
  diagnostics.error('inetd/not-your-user', span, `only root can run it as '${ownerText(owner)}'`, help);
  return null;
}

/** A user by name, or by number where no user has the number for a name. */
export function userOf(text: string, names: Names): Account | null {
  return names.user(text) ?? (/^[0-9]{1,10}$/.test(text) ? names.userById(Number(text)) : null);
}

/** A group by name, or by number where no group has the number for a name. */
export function groupOf(text: string, names: Names): number | null {
  const id = names.group(text);
  if (id !== null || !/^[0-9]{1,10}$/.test(text)) return id;
  // The highest number stands for "no change" in setresgid(2).
  return Number(text) < 2 ** 32 - 1 ? Number(text) : null;
}

/** The user as looked up, and what was written behind it. */
interface Named {
  readonly user: Account | null;
  readonly userText: string;
  readonly userSpan: Span;
  readonly group: { readonly text: string; readonly span: Span } | null;
}

function namedByPair(owner: OwnerField & { readonly kind: 'pair' }, names: Names): Named {
  const { user, group } = owner;
  return { user: userOf(user.text, names), userText: user.text, userSpan: user.span, group };
}

/** A login class is cut at the last slash; a whole name goes before a group behind the last colon or dot. */
function namedByWord(word: Word, names: Names, diagnostics: Diagnostics): Named {
  const slash = word.text.lastIndexOf('/');
  const text = slash === -1 ? word.text : word.text.slice(0, slash);
  if (slash !== -1) {
    const help = `write '${text}': Linux has no login classes, limits are set for the daemon`;
    diagnostics.note('inetd/login-class', partOf(word, slash), 'the login class has no effect', help);
  }
  const cut = [':', '.'].map((mark) => text.lastIndexOf(mark)).find((at) => at !== -1) ?? -1;
  const whole = cut === -1 ? userOf(text, names) : names.user(text);
  if (whole !== null || cut === -1) {
    return { user: whole, userText: text, userSpan: partOf(word, 0, text.length), group: null };
  }
  const userText = text.slice(0, cut);
  return {
    user: userOf(userText, names),
    userText,
    userSpan: partOf(word, 0, cut),
    group: { text: text.slice(cut + 1), span: partOf(word, cut + 1, text.length) },
  };
}

/** A group that is written takes the place of the user's own, as initgroups(3) has it. */
function withGroup(named: Named, names: Names, diagnostics: Diagnostics): Account | null {
  const { user, userText, group } = named;
  if (user === null) {
    const help = "write a user of this system, as in 'nobody'; once it exists, a reload brings the service";
    diagnostics.error('inetd/unknown-user', named.userSpan, `there is no user '${userText}'`, help);
    return null;
  }
  if (group === null) return user;
  const gid = groupOf(group.text, names);
  if (gid !== null) return { ...user, gid, groups: [...new Set([gid, ...user.groups])].filter(isKept) };
  const help = "write a group of this system behind the colon, as in 'nobody:nogroup', or the user alone";
  diagnostics.error('inetd/unknown-group', group.span, `there is no group '${group.text}'`, help);
  return null;

  function isKept(id: number): boolean {
    return id === gid || id !== user?.gid;
  }
}

function ownerText(owner: OwnerField): string {
  if (owner.kind === 'word') return owner.word.text;
  return owner.group === null ? owner.user.text : `${owner.user.text}:${owner.group.text}`;
}
