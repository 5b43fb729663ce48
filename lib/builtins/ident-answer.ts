/** What the ident service answers to a question. */

import { type as systemName } from 'node:os';
import { randomInt } from '../sys/random.ts';
import type { IdentUser, IdentUsers } from './builtin.ts';
import { hasNoIdent, LONGEST_NAME, readFakeId } from './ident-files.ts';
import { type IdentError, type IdentQuery, identError, identUser } from './ident-message.ts';
import type { IdentOptions } from './ident-options.ts';

/** A name, or why there is none. */
export type IdentAnswer = { readonly name: string } | { readonly error: IdentError };

/** What an answer with a look-up is made from. `owner` finds who has the connection open: null is nobody. */
export interface IdentSources {
  readonly users: IdentUsers;
  owner(): Promise<number | null>;
}

/** The answer that needs no look-up; null when the options ask for one. */
export function answerAtOnce(options: IdentOptions): IdentAnswer | null {
  if (options.random) return { name: randomName() };
  if (options.real) return null;
  return options.fallback === null ? { error: 'HIDDEN-USER' } : { name: options.fallback };
}

/** The answer of -r. It never rejects: what cannot be found out is an UNKNOWN-ERROR, or the name of -d. */
export async function lookUp(options: IdentOptions, sources: IdentSources): Promise<IdentAnswer> {
  try {
    const uid = await sources.owner();
    const user = uid === null ? null : sources.users.byId(uid);
    return user === null ? withoutName(options, 'NO-USER') : await nameOf(user, options, sources.users);
  } catch {
    return withoutName(options, 'UNKNOWN-ERROR');
  }
}

/** The answer when -r found nobody: what -d says, else the reason. */
export function withoutName({ fallback }: IdentOptions, error: IdentError): IdentAnswer {
  return fallback === null ? { error } : { name: fallback };
}

/** The answer as a line of the protocol. */
export function identLine(query: IdentQuery, answer: IdentAnswer, options: IdentOptions): string {
  if ('error' in answer) return identError(query, answer.error);
  return identUser(query, options.system ?? systemName(), answer.name);
}

async function nameOf(user: IdentUser, options: IdentOptions, users: IdentUsers): Promise<IdentAnswer> {
  if (options.hideable && (await hasNoIdent(user))) return { error: 'HIDDEN-USER' };
  const fake = options.fake === 'never' ? null : await readFakeId(user);
  if (fake !== null && (options.fake === 'always' || !isUser(fake, options, users))) return { name: fake };
  return { name: options.numeric ? String(user.uid) : user.name };
}

/** Whether a made-up name would say that somebody else did it. */
function isUser(name: string, { numeric }: IdentOptions, users: IdentUsers): boolean {
  if (!numeric) return users.byName(name) !== null;
  return /^\d+$/.test(name) && users.byId(Number(name)) !== null;
}

function randomName(): string {
  return Array.from({ length: LONGEST_NAME }, () => randomInt(0, 36).toString(36)).join('');
}
