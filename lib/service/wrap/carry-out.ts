/** Does what the options of the deciding rule ask for, one after the other, before the caller is served or turned away. */

import type { Lookups } from '../../access/hosts/ask.ts';
import { clientText } from '../../access/hosts/expand.ts';
import type { Facts } from '../../access/hosts/facts.ts';
import type { OptionOf } from '../../access/hosts/options.ts';
import { bannerText } from '../../access/hosts/text.ts';
import type { Effect, Verdict } from '../../access/hosts/verdict.ts';
import { type Changes, NO_CHANGES } from '../../exec/changes.ts';
import type { Level } from '../../log/events.ts';
import type { Service } from '../../model/service.ts';
import { type Fd, setKeepAlive } from '../../sys/socket.ts';
import type { Identities } from './identities.ts';
import { GRANTED, type Granted, type Outcome } from './outcome.ts';
import { readRegular } from './regular-file.ts';
import { fromRuleText } from './rule-text.ts';

/** The hands of it. */
export interface EffectTools {
  readonly lookups: Lookups;
  readonly identities: Identities;
  /** Whether ids can be changed at all. */
  readonly root: boolean;
  readonly run: (command: string) => Promise<number>;
  readonly send: (fd: Fd, bytes: Uint8Array) => Promise<unknown>;
  /** A line of the log. */
  readonly say: (level: Level, message: string) => void;
  /** The line of a rule that cannot be carried out. */
  readonly wrong: (verdict: Verdict, error: string) => void;
}

/** Whom it is about; `fd` is the connection, null for a datagram. */
export interface Decided {
  readonly service: Service;
  readonly facts: Facts;
  readonly verdict: Verdict;
  readonly fd: Fd | null;
}

/** Carries the verdict out. What cannot be done for want of a user refuses; any other failure is passed over. */
export async function carryOut(decided: Decided, tools: EffectTools): Promise<Outcome> {
  const { verdict, facts, fd } = decided;
  let done = GRANTED;
  for (const effect of verdict.effects) {
    const next = await carryOutOne(effect, done, decided, tools);
    if (typeof next === 'string') {
      tools.wrong(verdict, next);
      return { kind: 'refused', level: done.level };
    }
    done = next;
  }
  const { level, changes } = done;
  switch (verdict.kind) {
    case 'granted':
      return done;
    case 'refused':
      if (verdict.error !== null) tools.wrong(verdict, verdict.error);
      return { kind: 'refused', level };
    case 'twisted':
      if (fd === null) {
        // The datagram would stay unread and start the command for ever.
        tools.wrong(verdict, 'twist option with datagrams');
        return { kind: 'refused', level };
      }
      tools.say(level ?? 'warning', `twist ${clientText(facts)} to ${verdict.command}`);
      return { ...done, changes: { ...(changes ?? NO_CHANGES), command: fromRuleText(verdict.command) } };
  }
}

/** What an effect adds to those before it. A text says why the rule cannot be carried out. */
async function carryOutOne(
  effect: Effect,
  done: Granted,
  { service, facts, fd }: Decided,
  tools: EffectTools,
): Promise<Granted | string> {
  const changes = done.changes ?? NO_CHANGES;
  switch (effect.kind) {
    case 'severity':
      return { ...done, level: LEVEL_OF[effect.level] };
    case 'spawn':
      await tools.run(fromRuleText(effect.command));
      return done;
    case 'banners':
      if (fd !== null) await sendBanner(effect.file, facts, fd, tools);
      return done;
    case 'setenv': {
      const variable = { [fromRuleText(effect.name)]: fromRuleText(effect.value) };
      return { ...done, changes: { ...changes, environment: { ...changes.environment, ...variable } } };
    }
    case 'umask':
      return { ...done, changes: { ...changes, umask: effect.mask } };
    case 'nice':
      return { ...done, changes: { ...changes, nice: changes.nice + effect.increment } };
    case 'user':
    case 'group': {
      const identity = changedIdentity(effect, changes, service, tools);
      return typeof identity === 'string' ? identity : { ...done, changes: { ...changes, identity } };
    }
    case 'keepalive':
      if (fd !== null) setKeepAlive(fd, true);
      return done;
    case 'linger':
      return { ...done, lingerSeconds: effect.seconds };
  }
}

/** The levels of syslog(3) that superd knows; the loudest of them is err. */
const LEVEL_OF: Readonly<Record<OptionOf<'severity'>['level'], Level>> = {
  emerg: 'err',
  alert: 'err',
  crit: 'err',
  err: 'err',
  warning: 'warning',
  notice: 'notice',
  info: 'info',
  debug: 'debug',
};

/** Only root may become somebody else; whom the service runs as is not root's to lift again. */
function changedIdentity(
  effect: OptionOf<'user' | 'group'>,
  changes: Changes,
  { account }: Service,
  { identities, root }: EffectTools,
): NonNullable<Changes['identity']> | string {
  const identity = identities.after(effect, changes.identity ?? account);
  if (typeof identity === 'string') return identity;
  const { uid, gid } = account;
  const may = root && (uid === 0 || (identity.uid === uid && identity.gid === gid));
  if (may) return identity;
  return effect.kind === 'user'
    ? `setuid(${effect.user}): not as ${account.user}`
    : `setgid(${effect.group}): not as ${account.user}`;
}

async function sendBanner(file: string, facts: Facts, fd: Fd, { lookups, send }: EffectTools): Promise<void> {
  const reading = readRegular(file);
  if (reading.kind !== 'text') return;
  const text = await bannerText(reading.text, facts, lookups);
  await send(fd, Buffer.from(text, 'latin1'));
}
