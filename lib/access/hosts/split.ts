/** Cuts text as libwrap does: what stands in brackets is an IPv6 address and is not cut. */

/** The first `delimiter` at or behind `from` that stands outside brackets; -1 when there is none. */
export function indexOutside(text: string, delimiter: string, from = 0, escapes = false): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '[') depth += 1;
    else if (character === ']') depth -= 1;
    else if (escapes && character === '\\' && text[at + 1] === delimiter) at += 1;
    else if (depth === 0 && character === delimiter) return at;
  }
  return -1;
}

/** Text in two at the first `delimiter` outside brackets; null when there is none. */
export function splitAt(text: string, delimiter: string, from = 0): readonly [string, string] | null {
  const at = indexOutside(text, delimiter, from);
  return at === -1 ? null : [text.slice(0, at), text.slice(at + 1)];
}

/** Text without outer blanks; only those of isspace(3) in the C locale are blanks. */
export function chop(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text, start)) start += 1;
  while (end > start && isSpace(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
