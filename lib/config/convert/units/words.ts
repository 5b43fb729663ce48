/** Words as unit files hold them (systemd.syntax(7), QUOTING; systemd.service(5), COMMAND LINES). */

/** Specifiers are `%%` where they are not meant. */
export function plainText(text: string): string {
  return text.replaceAll('%', '%%');
}

/** One word of a list, quoted where it must be. */
export function word(text: string): string {
  const plain = plainText(text);
  if (/^[^\s"'\\;\p{Cc}]+$/u.test(plain)) return plain;
  return `"${plain.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, escaped)}"`;
}

/** An argument of a command, in which no variable is meant. */
export function argument(text: string): string {
  return word(text.replaceAll('$', '$$$$'));
}

/** Whether a unit file can hold the text at all: bytes that were no UTF-8 are lost by now, and NUL ends a text. */
export function canHold(text: string): boolean {
  return !/[\0\ufffd]/u.test(text);
}

function escaped(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
