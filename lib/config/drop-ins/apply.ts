/** A service and the assignments of its drop-ins → the service as it is to be served. */

import { Diagnostics, type Parsed, type Span } from '../../diagnostics/diagnostic.ts';
import type { Service } from '../../model/service.ts';
import { didYouMean } from '../spelling.ts';
import { placeIn } from '../systemd/text/joined.ts';
import { type Assignment, isExtension } from '../systemd/text/lines.ts';
import { withGatesThatHold } from '../wait-servers.ts';
import type { XinetdContext } from '../xinetd/context.ts';
import type { Word } from '../xinetd/text/block.ts';
import type { Directive } from './directive.ts';
import { ofUnits, sections } from './directives.ts';
import type { Given } from './given.ts';

/**
 * Applies assignments in their order. One that cannot be understood, or means nothing to the service, may have been a
 * restriction: the value is null, nobody is served.
 */
export function apply(
  service: Service,
  given: readonly Given[],
  context: XinetdContext,
): Parsed<Service | null> {
  const applied = given.map((one) => {
    const diagnostics = new Diagnostics(one.assignment.source);
    return { ...one, diagnostics };
  });
  let next = service;
  let understood = true;
  for (const { section, assignment, diagnostics } of applied) {
    const directive = directiveOf(section, assignment, diagnostics);
    if (directive === 'none') continue;
    const changed = directive && assign(next, assignment, directive, { context, diagnostics });
    if (changed === null) understood = false;
    else next = changed;
  }
  const settled = withGatesThatHold(next);
  for (const one of applied) if (understood) remarkOnWaiting(next, settled, one);
  return {
    value: understood ? settled : null,
    diagnostics: applied.flatMap(({ diagnostics }) => diagnostics.all),
  };
}

function directiveOf(
  section: string,
  { key, keySpan }: Assignment,
  diagnostics: Diagnostics,
): Directive | null | 'none' {
  if (isExtension(section)) return 'none';
  const keys = sections.get(section) ?? new Map<string, Directive>();
  const directive = keys.get(key);
  if (directive !== undefined) return directive;
  if (ofUnits.get(section)?.has(key)) {
    const message = `${key}= works in units only`;
    const help = `leave the line out, or let 'superd convert --to units' make a unit of the service; here [${section}] has ${[...keys.keys()].join(' ')}`;
    diagnostics.error('drop-in/units-only', keySpan, message, help);
    return null;
  }
  if (isExtension(key)) return 'none';
  const help = didYouMean(key, keys.keys(), `the keys of [${section}] are ${[...keys.keys()].join(' ')}`);
  diagnostics.error('drop-in/unknown-key', keySpan, `unknown key '${key}' in section [${section}]`, help);
  return null;
}

interface Surroundings {
  readonly context: XinetdContext;
  readonly diagnostics: Diagnostics;
}

function assign(
  service: Service,
  assignment: Assignment,
  directive: Directive,
  { context, diagnostics }: Surroundings,
): Service | null {
  const { key, keySpan } = assignment;
  const words = directive.words(assignment);
  if (words === null) {
    const message = `${key}= has a quote or an escape that is broken`;
    diagnostics.error('drop-in/bad-value', placeIn(assignment.value), message, 'correct the line');
    return null;
  }
  if (words.length === 0) return directive.reset(service);
  const misfit = directive.fits(service);
  if (misfit !== null) {
    const help = 'leave the line out, or put it into the folder of the service that it is for';
    diagnostics.error('drop-in/misfit', keySpan, `${key}= means nothing to ${service.name}: ${misfit}`, help);
    return null;
  }
  const [least, most] = directive.arity;
  if (words.length < least || words.length > most) {
    const wanted = least === most ? `${most} word` : `${least} to ${most} words`;
    const message = `${key}= has ${wanted}, here are ${words.length}`;
    diagnostics.error('drop-in/word-count', spanOf(keySpan, words), message, 'correct the line');
    return null;
  }
  return directive.set(service, words, { context, diagnostics, attribute: key, strict: false });
}

function spanOf(key: Span, words: readonly Word[]): Span {
  return { start: key.start, end: words.at(-1)?.span.end ?? key.end };
}

/** What servers that accept by themselves make of a limit. */
function remarkOnWaiting(
  before: Service,
  after: Service,
  { assignment: { key, keySpan }, diagnostics }: Given & { readonly diagnostics: Diagnostics },
): void {
  if (after.activation !== 'wait') return;
  if (after.intercept && !before.intercept) {
    const message = `superd passes the callers of ${after.name} through itself, so that each of them is checked`;
    const help = "the server sees connections of superd: write 'nowait' if it can serve one connection";
    diagnostics.note('drop-in/intercepted', keySpan, message, help);
  }
  const counts = COUNTING.get(key);
  if (counts !== undefined && !counts(after) && !after.intercept) {
    const message = `${key}= counts nobody: ${after.name} is one server, which takes its callers by itself`;
    diagnostics.warning('drop-in/one-server', keySpan, message, 'leave the line out');
  }
}

const children = ({ limits }: Service) => limits.children !== 1;
const perAddress = ({ limits }: Service) => limits.perAddressChildren !== null;

/** Keys that count callers, and whether that is still so. */
const COUNTING: ReadonlyMap<string, (service: Service) => boolean> = new Map([
  ['Instances', children],
  ['MaxConnections', children],
  ['PerSource', perAddress],
  ['MaxConnectionsPerSource', perAddress],
]);
