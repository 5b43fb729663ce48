/** Rules that a unit must fulfil, and what is found when one is broken. */

import type { ExecDraft } from '../draft/exec.ts';
import type { Assignment } from '../text/lines.ts';

/** A broken rule. `said`: its diagnostic exists already. */
export interface Finding {
  readonly at: Assignment | null;
  readonly message: string;
  readonly help?: string;
  readonly said?: boolean;
}

/** One rule: what becomes of a unit that breaks it. */
export interface Rule<Draft> {
  readonly load: 'bad-setting' | 'error';
  readonly code: string;
  readonly find: (draft: Draft) => Finding | null;
}

/** The first setting that isolates, matters, cannot be had and was not given up by X-IgnoreUnsupported=. */
export function unhonoured(
  { unhonoured: asked, dispensable }: ExecDraft,
  matters: (key: string) => boolean,
): Finding | null {
  for (const [key, at] of asked) {
    if (matters(key) && !dispensable.includes(key)) {
      const help = `'X-IgnoreUnsupported=${key}' in the same section runs the unit without it`;
      return { at, message: `${key}= isolates and cannot be applied yet: the unit is not started`, help };
    }
  }
  return null;
}
