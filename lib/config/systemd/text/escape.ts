/** Escaped names of units (systemd.unit(5), STRING ESCAPING FOR INCLUSION IN UNIT NAMES). */

/** A text as part of a unit's name. */
export function escapedName(text: string): string {
  let escaped = '';
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    const isPlain = /[A-Za-z0-9:_.]/.test(character) && !(character === '.' && escaped === '');
    escaped += character === '/' ? '-' : isPlain ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return escaped;
}

/** A path as part of a unit's name: without outer and doubled slashes, the root as `-`. */
export function escapedPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.length === 0 ? '-' : escapedName(parts.join('/'));
}

/** The text that was escaped. An escape that is none stays as it is. */
export function unescapedName(name: string): string {
  if (!/[-\\]/.test(name)) return name;
  const bytes: Buffer[] = [];
  for (const [part] of name.matchAll(/-|\\x[0-9a-fA-F]{2}|[^-\\]+|\\/g)) {
    if (part === '-') bytes.push(Buffer.from('/'));
    else if (part.startsWith('\\x')) bytes.push(Buffer.from(part.slice(2), 'hex'));
    else bytes.push(Buffer.from(part));
  }
  return Buffer.concat(bytes).toString();
}
