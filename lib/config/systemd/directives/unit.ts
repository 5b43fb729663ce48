/** The directives of [Unit] (systemd.unit(5)). */

import type { Relation } from '../../../model/unit.ts';
import type { UnitDraft } from '../draft/unit.ts';
import { condition, TESTS, UNTRIED } from '../values/condition.ts';
import { boolean, oneOf, unsigned } from '../values/simple.ts';
import { timeSpan } from '../values/time-span.ts';
import { relatedUnit } from '../values/unit-reference.ts';
import {
  type Directive,
  type Directives,
  directive,
  expanded,
  given,
  list,
  text,
  unread,
} from './directive.ts';

const JOB_MODES = ['replace', 'fail'] as const;

/** Every directive of the section. */
// biome-ignore format: a table
export const unitDirectives: Directives<UnitDraft> = new Map<string, Directive<UnitDraft>>([
  ['Description', expanded<UnitDraft, string | null>(text, (draft, value) => { draft.description = value; }, null)],

  ['Requires', related('requires')],
  ['Requisite', related('requisite')],
  ['Wants', related('wants')],
  ['BindsTo', related('bindsTo')],
  ['BindTo', related('bindsTo')],
  ['PartOf', related('partOf')],
  ['Upholds', related('upholds')],
  ['Conflicts', related('conflicts')],
  ['Before', related('before')],
  ['After', related('after')],
  ['OnFailure', related('onFailure')],
  ['OnSuccess', related('onSuccess')],
  ['PropagatesStopTo', related('propagatesStopTo')],
  ['StopPropagatedFrom', related('stopPropagatedFrom')],

  ['StartLimitIntervalSec', directive(timeSpan(), (draft, value) => { draft.startIntervalMs = value; })],
  ['StartLimitInterval', directive(timeSpan(), (draft, value) => { draft.startIntervalMs = value; })],
  ['StartLimitBurst', directive(unsigned, (draft, value) => { draft.startBurst = value; })],
  ['StartLimitAction', given('none')],
  ['FailureAction', given('none')],
  ['SuccessAction', given('none')],
  ['JobTimeoutAction', given('none')],
  ['OnFailureJobMode', directive<UnitDraft, UnitDraft['onFailureMode']>(oneOf(JOB_MODES), (draft, value) => { draft.onFailureMode = value; }, 'replace')],
  ['OnSuccessJobMode', directive<UnitDraft, UnitDraft['onSuccessMode']>(oneOf(JOB_MODES), (draft, value) => { draft.onSuccessMode = value; }, 'fail')],
  ['CollectMode', directive<UnitDraft, UnitDraft['collect']>(oneOf(['inactive', 'inactive-or-failed']), (draft, value) => { draft.collect = value; }, 'inactive')],
  ['StopWhenUnneeded', directive(boolean, (draft, value) => { draft.stopWhenUnneeded = value; })],
  ['RefuseManualStart', directive(boolean, (draft, value) => { draft.refuseManualStart = value; })],
  ['RefuseManualStop', directive(boolean, (draft, value) => { draft.refuseManualStop = value; })],

  ...TESTS.map((test) => [`Condition${test}`, condition<UnitDraft>(test, ({ conditions }) => conditions)] as const),
  ...TESTS.map((test) => [`Assert${test}`, condition<UnitDraft>(test, ({ asserts }) => asserts)] as const),
  ...UNTRIED.flatMap((test) => [`Condition${test}`, `Assert${test}`]).map(unsupported),

  ...[
    'AllowIsolate', 'DefaultDependencies', 'Documentation', 'IgnoreOnIsolate', 'IgnoreOnSnapshot',
    'OnFailureIsolate', 'RebootArgument', 'RequiresMountsFor', 'RequiresOverridable',
    'RequisiteOverridable', 'SourcePath', 'SurviveFinalKillSignal', 'WantsMountsFor',
  ].map((key) => [key, unread<UnitDraft>('silent')] as const),
  ...[
    'FailureActionExitStatus', 'JobRunningTimeoutSec', 'JobTimeoutRebootArgument',
    'JobTimeoutSec', 'JoinsNamespaceOf', 'PropagatesReloadTo', 'PropagateReloadTo', 'PropagateReloadFrom',
    'ReloadPropagatedFrom', 'SuccessActionExitStatus',
  ].map(unsupported),
]);

function unsupported(key: string): readonly [string, Directive<UnitDraft>] {
  return [key, unread('unsupported')];
}

/** These relations cannot be taken back by an empty value (systemd.unit(5)). */
function related(relation: Relation): Directive<UnitDraft> {
  const add = list<UnitDraft, string>(relatedUnit, ({ relations }) => relations[relation], { names: true });
  return {
    tier: 'used',
    assign(draft, value, reading) {
      if (value.text !== '') add.assign(draft, value, reading);
    },
  };
}
