/** Reads hosts.allow and hosts.deny, hosts_access(5), into rules. It never throws; every byte is one character. */

import { Diagnostics, type Parsed, type Source } from '../../diagnostics/diagnostic.ts';
import { fold } from './fold.ts';
import { type Line, linesOf, spanIn } from './lines.ts';
import { reviewRule } from './review.ts';
import { DEFAULT_SETTINGS, type HostsSettings, type RuleText, type Word, type WordLists } from './rule.ts';
import { chop, indexOutside } from './split.ts';

/** The rules of one file, in order. */
export interface HostsText {
  readonly rules: readonly RuleText[];
  /** Only with `strict`: the reading ended before the end of the file, and libwrap takes that for an error. */
  readonly broken: boolean;
}

/** Reads one file. A line that is no rule is reported and left out. */
export function parseHosts(source: Source, settings: HostsSettings = DEFAULT_SETTINGS): Parsed<HostsText> {
  const diagnostics = new Diagnostics(source);
  const rules: RuleText[] = [];
  for (const line of linesOf(source.text)) {
    if (!checkWhole(line, diagnostics) && settings.strict) {
      return { value: { rules, broken: true }, diagnostics: diagnostics.all };
    }
    const content = contentOf(line, settings, diagnostics);
    if (content === null) continue;
    const rule = ruleOf(source.file, line, content, settings, diagnostics);
    if (rule === null) continue;
    reviewRule(rule, content, settings, diagnostics);
    rules.push(rule);
  }
  return { value: { rules, broken: false }, diagnostics: diagnostics.all };
}

/** At a line that is not whole hosts_access(3) gives up, and refuses everybody when it is in hosts.deny. */
function checkWhole(line: Line, diagnostics: Diagnostics): boolean {
  const span = spanIn(line, 0, line.text.length);
  if (!line.terminated) {
    const help = 'end the line with a newline: libwrap itself does not read it';
    diagnostics.warning('hosts/no-newline', span, 'the last line has no newline', help);
  } else if (!line.short) {
    const help = 'split it into several rules: libwrap itself does not read it';
    diagnostics.warning('hosts/long-line', span, 'the line is longer than 2047 characters', help);
  }
  return line.terminated && line.short;
}

/** The text of a rule; null for a blank line and a comment. */
function contentOf(line: Line, { hash }: HostsSettings, diagnostics: Diagnostics): string | null {
  if (line.text.startsWith('#')) {
    const next = line.pieces[1];
    if (next !== undefined && !/^\s*(#|$)/.test(line.text.slice(next.at))) {
      const help = 'take the backslash away from the end of the comment';
      const span = spanIn(line, next.at, line.text.length);
      diagnostics.warning('hosts/comment-continues', span, 'this belongs to the comment above it', help);
    }
    return null;
  }
  const comment = hash === 'comment' ? /(?<!\\)#/.exec(line.text) : null;
  const text = comment === null ? line.text : line.text.slice(0, comment.index);
  return /^[ \t\r\n]*$/.test(text) ? null : text;
}

function ruleOf(
  file: string,
  line: Line,
  text: string,
  settings: HostsSettings,
  diagnostics: Diagnostics,
): RuleText | null {
  const escapes = !settings.strict;
  const span = spanIn(line, text.length - text.trimStart().length, text.trimEnd().length);
  const colon = indexOutside(text, ':', 0, escapes);
  if (colon === -1) {
    const help = "write 'DAEMONS : CLIENTS'";
    const what = /^\s+#/.test(text) ? 'a comment begins in the first column' : "there is no ':'";
    diagnostics.error('hosts/no-colon', span, `${what}, the line is no rule`, help);
    return null;
  }
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    const help = 'write the line anew: libwrap itself reads it up to there only';
    diagnostics.warning('hosts/nul', spanIn(line, nul, nul + 1), 'there is a NUL byte in this line', help);
  }
  const second = indexOutside(text, ':', colon + 1, escapes);
  const end = second === -1 ? text.length : second;
  return {
    place: { file, line: line.number },
    span,
    daemons: listsOf(wordsIn(line, text, 0, colon, settings)),
    clients: listsOf(wordsIn(line, text, colon + 1, end, settings)),
    options: second === -1 ? null : optionsIn(line, text, second + 1),
  };
}

function wordsIn(
  line: Line,
  text: string,
  start: number,
  end: number,
  settings: HostsSettings,
): readonly Word[] {
  return [...text.slice(start, end).matchAll(/[^, \t\r\n]+/g)].map((match) => {
    const at = start + match.index;
    const word = settings.strict ? match[0] : match[0].replaceAll('\\:', ':');
    return { text: word, span: spanIn(line, at, at + match[0].length) };
  });
}

/** An EXCEPT belongs to all words before it and takes all behind it. */
function listsOf(words: readonly Word[]): WordLists {
  const ends = [...words.keys()].filter((index) => fold(words[index]?.text ?? '') === 'except');
  const [first = words.length] = ends;
  const rest = ends.map((end, nth) => words.slice(end + 1, ends[nth + 1] ?? words.length));
  return [words.slice(0, first), ...rest];
}

/** hosts_options(5): fields between colons, without outer blanks; `\:` is a colon. */
function optionsIn(line: Line, text: string, start: number): readonly Word[] {
  const words: Word[] = [];
  for (let from = start, at = start; at <= text.length; at += 1) {
    if (at < text.length && text[at] === '\\' && text[at + 1] === ':') at += 1;
    else if (at === text.length || text[at] === ':') {
      const field = chop(text.slice(from, at));
      const first = field === '' ? at : text.indexOf(field, from);
      words.push({ text: field.replaceAll('\\:', ':'), span: spanIn(line, first, first + field.length) });
      from = at + 1;
    }
  }
  return words;
}
