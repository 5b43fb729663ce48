/** What a service unit must fulfil to be started (systemd.service(5)). */

import { lastLine, placeOf, type WholeServiceDraft } from '../draft/draft.ts';
import { serviceType } from '../lower/service.ts';
import { type Finding, type Rule, unhonoured } from './finding.ts';

// biome-ignore format: a table
/** The rules, in the order in which they are tried: the first one that is broken refuses the unit. */
export const SERVICE_RULES: readonly Rule<WholeServiceDraft>[] = [
  { load: 'bad-setting', code: 'unit/refused-value', find: unreadableLine },
  { load: 'bad-setting', code: 'unit/no-command', find: noCommand },
  { load: 'bad-setting', code: 'unit/two-commands', find: twoCommands },
  { load: 'bad-setting', code: 'unit/restart-oneshot', find: restartOneshot },
  { load: 'bad-setting', code: 'unit/no-bus-name', find: noBusName },
  { load: 'bad-setting', code: 'unit/unhonoured', find: ({ own }) => unhonoured(own.exec, () => true) },
];

function unreadableLine({ own }: WholeServiceDraft): Finding | null {
  const [at] = own.exec.broken;
  return at === undefined ? null : { at, message: `${at.key}= cannot be read`, said: true };
}

function noCommand(draft: WholeServiceDraft): Finding | null {
  const { commands, remainAfterExit } = draft.own;
  if (commands.start.length > 0) return null;
  const mayLackIt = serviceType(draft.own) === 'oneshot' && remainAfterExit && commands.stop.length > 0;
  if (mayLackIt) return null;
  return {
    at: lastLine(draft, 'ExecStart') ?? lastLine(draft, 'Type'),
    message: 'the service has no ExecStart=',
    help: 'only Type=oneshot with RemainAfterExit=yes and an ExecStop= may lack it',
  };
}

function twoCommands(draft: WholeServiceDraft): Finding | null {
  const { start } = draft.own.commands;
  const type = serviceType(draft.own);
  if (type === 'oneshot' || start.length < 2) return null;
  const [first, second] = (draft.lines.get('ExecStart') ?? []).slice(-2);
  const also = first !== undefined && second !== undefined ? ` (the one before it is ${placeOf(first)})` : '';
  return {
    at: second ?? first ?? null,
    message: `the service has more than one ExecStart=${also}`,
    help: `only Type=oneshot may have several, and this is Type=${type}`,
  };
}

function restartOneshot(draft: WholeServiceDraft): Finding | null {
  const { restart } = draft.own;
  if (serviceType(draft.own) !== 'oneshot' || (restart !== 'always' && restart !== 'on-success')) return null;
  const type = lastLine(draft, 'Type');
  const where = type === null ? '' : ` (${placeOf(type)})`;
  return {
    at: lastLine(draft, 'Restart'),
    message: `Restart=${restart} does not go with Type=oneshot${where}`,
    help: 'its success would start it again without end; on-failure is possible',
  };
}

function noBusName(draft: WholeServiceDraft): Finding | null {
  if (draft.own.type !== 'dbus' || draft.own.busName !== null) return null;
  return { at: lastLine(draft, 'Type'), message: 'Type=dbus needs a BusName=' };
}
