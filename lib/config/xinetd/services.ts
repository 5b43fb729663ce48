/** Blocks of xinetd.conf → services: the whole reading once the text is taken apart. */

import { resolve } from 'node:path';
import type { Origin, Service } from '../../model/service.ts';
import { withUniqueNames } from '../unique-names.ts';
import type { Questions, XinetdContext, XinetdServices } from './context.ts';
import { fillIn, remarkOnOrder } from './defaults.ts';
import { readDrafts, type ServiceDraft } from './drafts.ts';
import { select } from './enabled.ts';
import { idOf } from './entry.ts';
import { lower } from './lower/service.ts';
import { type Defined, settleClashes } from './rules/clashes.ts';
import { review } from './rules/review.ts';
import { isComplete } from './rules/validate.ts';
import { reviewDefaults, reviewMux } from './rules/whole.ts';
import type { Block } from './text/block.ts';
import { nameIn } from './values/addresses.ts';
import { isHostName } from './values/hosts.ts';

export type { Questions, XinetdContext, XinetdDefaults, XinetdServices } from './context.ts';

/** Host names and program paths that must be looked up before `servicesOf`. */
export function questionsOf(blocks: readonly Block[], directory: string): Questions {
  const hosts = new Set<string>();
  const programs = new Set<string>();
  for (const { attribute, values } of blocks.flatMap(({ assignments }) => assignments)) {
    const [first] = values;
    if (attribute === 'server' && first !== undefined) programs.add(resolve(directory, first.text));
    if (/^(redirect|bind|interface)$/.test(attribute) && first !== undefined && isHostName(first.text)) {
      hosts.add(first.text);
    }
    if (/^(only_from|no_access)$/.test(attribute)) {
      for (const { text } of values) if (nameIn(text) !== null) hosts.add(text);
    }
  }
  return { hosts: [...hosts], programs: [...programs] };
}

/** Reads blocks in file order. Everything that is wrong is reported; it never throws. */
export function servicesOf(blocks: readonly Block[], context: XinetdContext): XinetdServices {
  const { strict } = context.settings;
  const read = readDrafts(blocks, context);
  const { on, off } = select(read.services, read.defaults ?? {}, strict);
  const defined: Defined[] = [];
  const rejected: Origin[] = [];
  for (const draft of on) {
    const service = serviceOf(draft, context);
    if (service === null) rejected.push(originOf(draft));
    else defined.push({ draft, service });
  }
  const { kept, refused, diagnostics } = settleClashes(defined, strict);
  rejected.push(...refused.map(({ service }) => service.origin));
  const services = read.fatal.length > 0 ? [] : withUniqueNames(kept.map(({ service }) => service));
  return {
    services,
    rejected: rejected.map((origin) => ({ origin })),
    disabled: off.map(idOf),
    diagnostics: [
      ...read.diagnostics,
      ...read.services.flatMap((draft) => draft.diagnostics.all),
      ...diagnostics,
      ...reviewDefaults(blocks, read.services, strict),
      ...reviewMux(kept),
    ],
    fatal: read.fatal,
    defaults: read.defaults,
  };
}

/** Fills in, looks at the whole, and makes the service; null when it may not be served, which is reported. */
function serviceOf(draft: ServiceDraft, context: XinetdContext): Service | null {
  const { diagnostics, inherited } = draft;
  fillIn(draft, inherited);
  remarkOnOrder(draft, inherited, diagnostics);
  const complete = isComplete(draft, context, diagnostics);
  review(draft, context, diagnostics);
  const service = complete ? lower(draft, context, diagnostics) : null;
  return draft.failed || draft.broken ? null : service;
}

function originOf(draft: ServiceDraft): Origin {
  return { file: draft.source.file, line: draft.line, word: idOf(draft) };
}
