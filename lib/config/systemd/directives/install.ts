/** The directives of [Install] (systemd.unit(5)), which only enabling and disabling read. */

import { relatedUnit } from '../values/unit-reference.ts';
import { type Directive, type Directives, list, text } from './directive.ts';

/** What [Install] says. */
export interface InstallDraft {
  readonly wantedBy: string[];
  readonly requiredBy: string[];
  readonly upheldBy: string[];
  readonly also: string[];
  readonly alias: string[];
  readonly defaultInstance: string[];
}

/** Nothing. */
export function installDraft(): InstallDraft {
  return { wantedBy: [], requiredBy: [], upheldBy: [], also: [], alias: [], defaultInstance: [] };
}

/** Every directive of the section. */
export const installDirectives: Directives<InstallDraft> = new Map<string, Directive<InstallDraft>>([
  ['WantedBy', list(relatedUnit, (draft) => draft.wantedBy)],
  ['RequiredBy', list(relatedUnit, (draft) => draft.requiredBy)],
  ['UpheldBy', list(relatedUnit, (draft) => draft.upheldBy)],
  ['Also', list(relatedUnit, (draft) => draft.also)],
  ['Alias', list(text, (draft) => draft.alias)],
  ['DefaultInstance', list(text, (draft) => draft.defaultInstance)],
]);
