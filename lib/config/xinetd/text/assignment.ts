/** A line of a block: an attribute, an operator and values. */

import type { Assignment, Operator, Word } from './block.ts';
import type { Line } from './lines.ts';

/** What the words of a line are; `glued` is an assignment whose operator touches the name. */
export type ReadLine =
  | { readonly kind: 'assignment'; readonly assignment: Assignment }
  | { readonly kind: 'glued'; readonly name: Word; readonly assignment: Assignment }
  | { readonly kind: 'nothing-after'; readonly name: Word }
  | { readonly kind: 'bad-operator'; readonly name: Word };

/** Reads words as an assignment. Behind the operator no blank is needed. */
export function readAssignment([first, second, ...rest]: Line['words']): ReadLine {
  const at = first.text.indexOf('=');
  if (at >= 0) return readGlued(first, at, second === undefined ? [] : [second, ...rest]);
  if (second === undefined) return { kind: 'nothing-after', name: first };
  const operator = operatorAt(second.text, 0);
  if (operator === null) return { kind: 'bad-operator', name: first };
  const values = [...behind(second, operator.length), ...rest];
  return {
    kind: 'assignment',
    assignment: { attribute: first.text.toLowerCase(), name: first, operator, values },
  };
}

function readGlued(word: Word, at: number, rest: readonly Word[]): ReadLine {
  const before = word.text[at - 1] ?? '';
  const start = before === '+' || before === '-' ? at - 1 : at;
  const operator = operatorAt(word.text, start);
  if (start === 0 || operator === null) return { kind: 'bad-operator', name: word };
  const name = {
    text: word.text.slice(0, start),
    span: { start: word.span.start, end: word.span.start + start },
  };
  const values = [...behind(word, start + operator.length), ...rest];
  return { kind: 'glued', name, assignment: { attribute: name.text.toLowerCase(), name, operator, values } };
}

const OPERATORS: readonly Operator[] = ['=', '+=', '-='];

function operatorAt(text: string, at: number): Operator | null {
  return OPERATORS.find((operator) => text.startsWith(operator, at)) ?? null;
}

/** What is left of a word, if anything. */
function behind({ text, span }: Word, length: number): readonly Word[] {
  if (length === text.length) return [];
  return [{ text: text.slice(length), span: { start: span.start + length, end: span.end } }];
}
