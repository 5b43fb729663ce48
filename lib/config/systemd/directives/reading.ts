/** What rows read assignments with: the specifiers, words and commands of one unit. */

import type { Command } from '../../../model/unit.ts';
import type { Remarks } from '../remarks.ts';
import { parseCommandLine } from '../text/command-line.ts';
import { type Joined, placeIn } from '../text/joined.ts';
import type { Assignment } from '../text/lines.ts';
import { expand, type SpecifierContext } from '../text/specifiers.ts';
import { type Escapes, splitWords, type Word } from '../text/words.ts';
import type { Reading } from './directive.ts';

/** What an assignment is read with; its trouble goes to `remarks`. */
export function readingOf(assignment: Assignment, context: SpecifierContext, remarks: Remarks): Reading {
  const { key, value, source } = assignment;
  const say = (
    fatal: boolean,
    problem: string,
    { start, end }: Place = { start: 0, end: value.text.length },
  ) => {
    const severity = fatal ? 'error' : 'warning';
    const code = fatal ? 'unit/refused-value' : 'unit/bad-value';
    const message = `${key}=: ${problem}${fatal ? '' : ', ignoring'}`;
    remarks.put({ severity, code, message }, source, placeIn(value, start, end));
  };
  return {
    assignment,
    expand: (text) => expand(text, context),
    expandName: (text) => expand(text, context, { names: true }),
    words: (joined, escapes) => wordsOf(joined, escapes, say),
    commands: (joined) => commandsOf(joined, context, say),
    refuse: (problem) => say(true, problem),
    warn: (problem, place) => say(false, problem, place),
  };
}

type Place = Pick<Word, 'start' | 'end'>;
type Say = (fatal: boolean, problem: string, place?: Place) => void;

function wordsOf({ text }: Joined, escapes: Escapes, say: Say): readonly Word[] {
  const { words, trouble } = splitWords(text, escapes);
  if (trouble !== null) {
    const what = trouble.bad === 'escape' ? 'an unknown escape sequence' : 'unbalanced quotes';
    say(false, `${what}, the rest of the line does not count`, trouble);
  }
  return words;
}

function commandsOf({ text }: Joined, context: SpecifierContext, say: Say): readonly Command[] | null {
  const { commands, remarks } = parseCommandLine(text, (word) => expand(word, context));
  for (const { fatal, message, start, end } of remarks) say(fatal, message, { start, end });
  return remarks.some(({ fatal }) => fatal) ? null : commands;
}
