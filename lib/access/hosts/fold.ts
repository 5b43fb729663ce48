/** Names are compared without regard to case, as strcasecmp(3) does in the C locale. */

/** ASCII letters in lower case, all else as it is. */
export function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
