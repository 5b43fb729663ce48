/** Which services are switched on: disable, enabled and disabled. */

import type { XinetdDefaults } from './context.ts';
import { type Draft, idOf } from './entry.ts';

/** Services that are to run, and those that are switched off. */
export interface Selected<Service> {
  readonly on: readonly Service[];
  readonly off: readonly Service[];
}

/**
 * Keeps what `enabled` names, without what `disabled` names. To xinetd a service that `enabled` names is sound, whatever was
 * wrong with it.
 */
export function select<Service extends Draft>(
  drafts: readonly Service[],
  defaults: XinetdDefaults,
  strict: boolean,
): Selected<Service> {
  const enabled = idsOf(defaults.enabled);
  const disabled = idsOf(defaults.disabled);
  const isOn = (draft: Draft) => {
    const id = idOf(draft).toLowerCase();
    return draft.values.disable !== true && (enabled?.has(id) ?? true) && !disabled?.has(id);
  };
  const on = drafts.filter(isOn);
  if (strict && enabled !== null) for (const draft of on) draft.failed = false;
  return { on, off: drafts.filter((draft) => !isOn(draft)) };
}

/** null: the list is not written, which is something else than empty. */
function idsOf(ids: readonly string[] | undefined): ReadonlySet<string> | null {
  return ids === undefined ? null : new Set(ids.map((id) => id.toLowerCase()));
}
