/** What is said once all blocks are read: about defaults that xinetd has no use for, and names that lead nowhere. */

import { type Diagnostic, Diagnostics } from '../../../diagnostics/diagnostic.ts';
import type { Service } from '../../../model/service.ts';
import { didYouMean } from '../../spelling.ts';
import type { ServiceDraft } from '../drafts.ts';
import { idOf } from '../entry.ts';
import type { Assignment, Block } from '../text/block.ts';
import type { Defined } from './clashes.ts';

/** All of it. */
export function reviewDefaults(
  blocks: readonly Block[],
  services: readonly ServiceDraft[],
  strict: boolean,
): readonly Diagnostic[] {
  const ids = new Map(services.map((draft) => [idOf(draft).toLowerCase(), idOf(draft)]));
  return blocks.flatMap(({ kind, source, assignments }) => {
    if (kind !== 'defaults') return [];
    const diagnostics = new Diagnostics(source);
    for (const line of assignments) {
      remarkOnNames(line, ids, diagnostics);
      if (!strict) remarkOnUse(line, diagnostics);
    }
    return diagnostics.all;
  });
}

/** xinetd has nothing to say about a service that enabled or disabled name and nobody defines. */
function remarkOnNames(
  { attribute, operator, values }: Assignment,
  ids: ReadonlyMap<string, string>,
  diagnostics: Diagnostics,
): void {
  if (!/^(en|dis)abled$/.test(attribute) || operator === '-=') return;
  for (const { text, span } of values) {
    if (ids.has(text.toLowerCase())) continue;
    const help = didYouMean(text, ids.values(), 'write the id of a service, or take the name out');
    diagnostics.warning('xinetd/unknown-id', span, `no service has the id '${text}'`, help);
  }
}

/** What superd makes of attributes that do nothing in the defaults of xinetd. */
const UNUSED: ReadonlyMap<string, string> = new Map([
  ['access_times', 'xinetd passes over it in defaults: superd serves nobody outside of these times'],
  ['v6only', 'in defaults it does nothing to xinetd: superd applies it to every service'],
]);

function remarkOnUse({ attribute, name }: Assignment, diagnostics: Diagnostics): void {
  const message = UNUSED.get(attribute);
  if (message === undefined) return;
  const help = 'write it in the services that need it, where both read it alike';
  diagnostics.warning('xinetd/defaults-use', name.span, message, help);
}

/** Says of tcpmux services that nobody can reach them. */
export function reviewMux(defined: readonly Defined[]): readonly Diagnostic[] {
  if (defined.some(({ service }) => isMuxListener(service))) return [];
  return defined.flatMap(({ draft, service }) => {
    if (service.mux === undefined) return [];
    const diagnostics = new Diagnostics(draft.source);
    const help = "add 'service tcpmux' with 'type = INTERNAL', 'socket_type = stream' and 'wait = no'";
    const message = 'nobody can reach this service: none of the xinetd.conf files has a tcpmux service';
    diagnostics.warning('xinetd/tcpmux-unreachable', draft.name.span, message, help);
    return diagnostics.all;
  });
}

function isMuxListener({ action }: Service): boolean {
  return action.kind === 'builtin' && action.name === 'tcpmux';
}
