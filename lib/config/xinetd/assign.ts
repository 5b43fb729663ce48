/** One line of a block into the draft: whether the attribute may stand here, its operator, how many values it has. */

import type { Diagnostics, Span } from '../../diagnostics/diagnostic.ts';
import { closest, didYouMean } from '../spelling.ts';
import { type Attribute, attributeOf, attributes } from './attributes.ts';
import type { XinetdContext } from './context.ts';
import type { Draft } from './entry.ts';
import type { Assignment, Word } from './text/block.ts';

/** Where a line is read. */
export interface Surroundings {
  readonly context: XinetdContext;
  readonly diagnostics: Diagnostics;
}

/**
 * Reads a line. xinetd passes over what it cannot use; superd does so too where no caller can get in by it, otherwise the
 * draft has failed.
 */
export function assign(draft: Draft, line: Assignment, surroundings: Surroundings): void {
  const { strict } = surroundings.context.settings;
  const attribute = attributeOf(line.attribute, strict);
  if (attribute === undefined) unknownAttribute(draft, line, surroundings);
  else if (!mayStand(attribute, draft, strict)) misplaced(draft, line, surroundings);
  else setOnce(draft, line, attribute, surroundings);
}

/** superd applies access_times of defaults to every service, where xinetd would serve at any time. */
function mayStand({ scope }: Attribute, { isDefaults }: Draft, strict: boolean): boolean {
  if (scope === 'both' || (scope === 'both-here' && !strict)) return true;
  return isDefaults === (scope === 'defaults');
}

function setOnce(draft: Draft, line: Assignment, attribute: Attribute, surroundings: Surroundings): void {
  const words = fitting(draft, line, attribute, surroundings);
  if (words === null) return;
  const operator = operatorFor(draft, line, attribute, surroundings);
  if (operator === null || isSecond(draft, line, words, attribute, surroundings)) return;
  const { context, diagnostics } = surroundings;
  const { strict } = context.settings;
  const isRead = attribute.set(draft, words, operator, {
    context,
    diagnostics,
    attribute: line.attribute,
    strict,
  });
  if (!isRead) draft.failed = true;
  // What strictly read is switched on again by a later `disable = no` is so with all its errors.
  else if (strict && line.attribute === 'disable' && draft.values.disable === false) draft.failed = false;
  if (!draft.places.has(attribute.key)) {
    draft.places.set(attribute.key, { source: draft.source, span: spanOf(line.name, words), words });
  }
}

function textOf(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}

/** From the name of the attribute to its last value. */
function spanOf(name: Word, words: readonly Word[]): Span {
  return { start: name.span.start, end: words.at(-1)?.span.end ?? name.span.end };
}

/** A misspelt restriction would leave the service open. */
function unknownAttribute(
  draft: Draft,
  { attribute, name }: Assignment,
  { context, diagnostics }: Surroundings,
): void {
  const near = closest(attribute, attributes.keys());
  const isRestriction = near !== null && (attributes.get(near)?.restricts ?? false);
  const help =
    HINTS[attribute] ?? didYouMean(attribute, attributes.keys(), 'leave it out, or see xinetd.conf(5)');
  const message = `there is no attribute '${name.text}'`;
  if (isRestriction && HINTS[attribute] === undefined && !context.settings.strict) {
    draft.failed = true;
    diagnostics.error('xinetd/unknown-attribute', name.span, message, help);
  } else diagnostics.warning('xinetd/unknown-attribute', name.span, `${message}: it is passed over`, help);
}

const HINTS: Readonly<Record<string, string>> = {
  rate_limit: "no release of xinetd has it: write 'cps' and 'per_source'",
  nolibwrap: "write 'flags = NOLIBWRAP'",
  rlimit_nofile: "write 'rlimit_files'",
  chroot: "write 'server = /usr/sbin/chroot' with the folder and the server as server_args",
};

function misplaced(
  { isDefaults }: Draft,
  { name, attribute }: Assignment,
  { diagnostics }: Surroundings,
): void {
  const help = isDefaults ? 'write it in each service that needs it' : 'write it in the defaults block';
  const message = `${attribute} has no effect in ${isDefaults ? 'defaults' : 'a service'}`;
  diagnostics.warning('xinetd/misplaced', name.span, message, help);
}

/** The words that are values, in the number that the attribute takes; null when there are too few or too many. */
function fitting(
  draft: Draft,
  line: Assignment,
  attribute: Attribute,
  { context, diagnostics }: Surroundings,
): readonly Word[] | null {
  const { strict } = context.settings;
  const words = strict || attribute.takesHash ? line.values : withoutComment(line, diagnostics);
  const [least, most] = attribute.arity;
  // A rate without its pause can only be meant with the usual one.
  const enough = !strict && line.attribute === 'cps' ? 1 : least;
  if (words.length >= enough && words.length <= most) return words;
  const wanted =
    most === Number.POSITIVE_INFINITY ? 'at least one value' : most === 1 ? 'one value' : `${most} values`;
  const message = `${line.attribute} has ${wanted}, here are ${words.length}`;
  const help = 'correct the line; a comment stands on a line of its own';
  const span = spanOf(line.name, words);
  // A list without a value is a parse error for xinetd as well.
  if ((attribute.restricts && !strict) || most === Number.POSITIVE_INFINITY) {
    draft.failed = true;
    diagnostics.error('xinetd/value-count', span, message, help);
  } else diagnostics.warning('xinetd/value-count', span, `${message}: the line is passed over`, help);
  return null;
}

/** What stands before a `#`. To xinetd such a word is a value, which mostly costs the whole line. */
function withoutComment({ values }: Assignment, diagnostics: Diagnostics): readonly Word[] {
  const at = values.findIndex(({ text }) => text.startsWith('#'));
  const comment = values[at];
  const last = values.at(-1);
  if (comment === undefined || last === undefined) return values;
  const span = { start: comment.span.start, end: last.span.end };
  const help = 'put the comment on a line of its own: xinetd would take it for values';
  diagnostics.warning('xinetd/trailing-comment', span, 'this is read as a comment', help);
  return values.slice(0, at);
}

/** The operator to apply; null when the line is passed over. `+=` on what has no value yet is `=`. */
function operatorFor(
  draft: Draft,
  { operator, name, attribute }: Assignment,
  { operators, key, restricts }: Attribute,
  { context, diagnostics }: Surroundings,
): Assignment['operator'] | null {
  if (operators.includes(operator)) return operator;
  const { strict } = context.settings;
  const message = `${attribute} takes no '${operator}'`;
  const help = "write '='";
  if (!strict && operator === '+=' && draft.values[key] === undefined) {
    diagnostics.warning('xinetd/bad-operator', name.span, `${message}: it is read as '='`, help);
    return '=';
  }
  if (!strict && restricts) {
    draft.failed = true;
    diagnostics.error('xinetd/bad-operator', name.span, message, help);
  } else diagnostics.warning('xinetd/bad-operator', name.span, `${message}: the line is passed over`, help);
  return null;
}

/**
 * The first value of an attribute counts. Two different restrictions in one file contradict each other; the defaults of
 * another file are known to come second.
 */
function isSecond(
  draft: Draft,
  { name, attribute }: Assignment,
  words: readonly Word[],
  row: Attribute,
  { context, diagnostics }: Surroundings,
): boolean {
  const first = draft.places.get(row.key);
  if (row.operators.length > 1 || first === undefined || draft.values[row.key] === undefined) return false;
  const { strict } = context.settings;
  const message = `${attribute} is already set`;
  const help = 'leave one of the two lines out';
  const isNear = first.source === draft.source;
  const contradicts = row.restricts && !strict && isNear && textOf(first.words) !== textOf(words);
  if (contradicts || (strict && draft.isDefaults && row.key === 'logType')) {
    draft.failed = true;
    diagnostics.error('xinetd/set-twice', name.span, message, help);
  } else diagnostics.warning('xinetd/set-twice', name.span, `${message}: the first value counts`, help);
  return true;
}
