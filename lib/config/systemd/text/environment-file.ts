/** The text of an environment file (systemd.exec(5), EnvironmentFile=). */

/** NAME=value pairs in their order. */
export interface EnvironmentText {
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Where lines begin that set no variable: `export X=1`. */
  readonly ignored: readonly number[];
}

/** Reads the text. Quotes may go over several lines; a backslash joins lines without a blank. It never throws. */
export function parseEnvironmentFile(text: string): EnvironmentText {
  const variables: (readonly [string, string])[] = [];
  const ignored: number[] = [];
  let at = 0;
  while (at < text.length) {
    const start = behind(text, at, BLANK);
    const character = text.charAt(start);
    if (character === '' || LINE_END.test(character)) at = start + 1;
    else if (character === '#' || character === ';') at = behindComment(text, start);
    else at = readLine(text, start, { variables, ignored });
  }
  return { variables, ignored };
}

const BLANK = /[ \t]/;
const LINE_END = /[\n\r]/;

interface Found {
  readonly variables: (readonly [string, string])[];
  readonly ignored: number[];
}

/** Reads NAME=value and returns where the next line begins. */
function readLine(text: string, start: number, { variables, ignored }: Found): number {
  let at = start;
  while (at < text.length && text[at] !== '=' && !LINE_END.test(text.charAt(at))) at += 1;
  if (text[at] !== '=') {
    ignored.push(start);
    return at + 1;
  }
  const name = text.slice(start, at).trimEnd();
  const { value, end } = valueFrom(text, at + 1);
  if (isVariableName(name)) variables.push([name, value]);
  else ignored.push(start);
  return end;
}

/** The name of a variable of the environment (environ(7)). */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

interface ReadValue {
  readonly value: string;
  /** Where the next line begins. */
  readonly end: number;
}

/** Quoted parts, then maybe one without quotes, in which they are characters as all others. */
function valueFrom(text: string, from: number): ReadValue {
  let value = '';
  let at = behind(text, from, BLANK);
  while (text[at] === '"' || text[at] === "'") {
    const quoted = text[at] === '"' ? doubleQuoted(text, at + 1) : singleQuoted(text, at + 1);
    value += quoted.value;
    at = behind(text, quoted.end, BLANK);
  }
  const { value: plain, end } = unquoted(text, at);
  return { value: value + plain, end: end + 1 };
}

/** Up to the end of the line. Blanks at its end are no part of it, but for an escaped one. */
function unquoted(text: string, from: number): ReadValue {
  let value = '';
  let kept = 0;
  let at = from;
  while (at < text.length && !LINE_END.test(text.charAt(at))) {
    const isEscape = text[at] === '\\';
    value += isEscape ? escaped(text, at) : text[at];
    if (isEscape || !BLANK.test(text.charAt(at))) kept = value.length;
    at += isEscape ? 2 : 1;
  }
  return { value: value.slice(0, kept), end: at };
}

/** A backslash takes the meaning of the next character, and an end of a line away. */
function escaped(text: string, at: number): string {
  const next = text.charAt(at + 1);
  return LINE_END.test(next) ? '' : next;
}

function singleQuoted(text: string, from: number): ReadValue {
  const close = text.indexOf("'", from);
  const end = close === -1 ? text.length : close;
  return { value: text.slice(from, end), end: end + 1 };
}

/** As in the shell, a backslash means something before `"`, `\`, a backquote and `$`, and joins lines. */
function doubleQuoted(text: string, from: number): ReadValue {
  let value = '';
  let at = from;
  for (; at < text.length && text[at] !== '"'; at += 1) {
    if (text[at] !== '\\') value += text[at];
    else {
      at += 1;
      const next = text.charAt(at);
      value += '"\\`$'.includes(next) ? next : next === '\n' ? '' : `\\${next}`;
    }
  }
  return { value, end: at + 1 };
}

/** A comment goes on in the next line behind a backslash. */
function behindComment(text: string, from: number): number {
  let at = from;
  while (at < text.length && !LINE_END.test(text.charAt(at))) at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function behind(text: string, from: number, pattern: RegExp): number {
  let at = from;
  while (at < text.length && pattern.test(text.charAt(at))) at += 1;
  return at;
}
