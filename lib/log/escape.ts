/** Text from outside, made safe for one line of a log. */

/** Anything that needs a look; most lines are plain ASCII and stop here. */
const SUSPICIOUS = /[^\x20-\x5b\x5d-\x7e]/;

/**
 * Control characters (C0, DEL, C1), format characters (bidirectional overrides, zero-width ones, tags), lone surrogates,
 * line and paragraph separators, and the backslash, so that what is written can be read back.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\]/gu;

/** The same without the backslash, for text in which JSON has already dealt with it. */
const UNSAFE_IN_JSON = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** What stands at the end of a line that was cut. */
export const CUT_MARK = '...';

/** Text as a piece of one line: escaped, and at most `maxBytes` long, whatever came in. */
export function safeText(text: string, maxBytes: number): string {
  // A unit is at least a byte, so that the one too many is enough for the mark to appear.
  return cut(escapeText(text.length > maxBytes ? text.slice(0, maxBytes + 1) : text), maxBytes);
}

/** Escapes as `\n`, `\\`, `\x1b`, `\u{202e}`: the result is one line and cannot steer a terminal. */
export function escapeText(text: string): string {
  return SUSPICIOUS.test(text) ? text.replace(UNSAFE, escapeCharacter) : text;
}

/** Escapes in JSON text as `\u202e`: a reader of the JSON gets the very same strings. */
export function escapeJson(json: string): string {
  return SUSPICIOUS.test(json) ? json.replace(UNSAFE_IN_JSON, escapeUnits) : json;
}

/** At most `maxBytes` of UTF-8; what is longer is cut between two characters and ends with the mark. */
export function cut(text: string, maxBytes: number): string {
  // A UTF-16 unit becomes three bytes at most.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  // No more units than bytes are ever kept, however long the text is.
  const bytes = Buffer.from(text.slice(0, maxBytes));
  let end = maxBytes - CUT_MARK.length;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end) + CUT_MARK;
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\\') return '\\\\';
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

function escapeUnits(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i += 1) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
