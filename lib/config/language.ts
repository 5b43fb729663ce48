/** Which language a configuration file is written in. */

import { basename, join } from 'node:path';
import type { ConfigFiles, FileContent } from './files.ts';
import { decode } from './sources.ts';

/** The languages, each with its manual page: inetd.conf(5), xinetd.conf(5), systemd.unit(5). */
export type Language = 'inetd' | 'xinetd' | 'units';

/** The language of a file or a directory: what its text says, else its name. */
export async function languageOf(path: string, files: ConfigFiles): Promise<Language> {
  const content = await files.read(path);
  return (await spokenIn(path, content, files)) ?? languageOfName(path);
}

/** A directory speaks the language of its first file that speaks one; its own name comes first. */
async function spokenIn(path: string, content: FileContent, files: ConfigFiles): Promise<Language | null> {
  if (content.kind === 'file') return languageOfText(decode(content.bytes));
  if (content.kind !== 'directory' || NAMED.test(basename(path))) return null;
  if (content.names.some((name) => UNIT.test(name))) return 'units';
  for (const name of content.names.filter((one) => /^[^.~]+$/.test(one)).sort()) {
    const inner = await files.read(join(path, name), 'regular');
    const spoken = inner.kind === 'file' ? languageOfText(decode(inner.bytes)) : null;
    if (spoken !== null) return spoken;
  }
  return null;
}

const NAMED = /inetd/i;
const UNIT = /.\.(socket|service|timer)$/;

function languageOfName(path: string): Language {
  if (UNIT.test(path)) return 'units';
  return /xinetd/i.test(basename(path)) ? 'xinetd' : 'inetd';
}

/**
 * What the lines look like; null: nothing in them decides. A block begins with a header and a brace, on one line or two;
 * an entry of inetd.conf has a type of sockets as its second word; a unit begins with the name of a section in brackets.
 */
export function languageOfText(text: string): Language | null {
  let isHeader = false;
  for (const line of text.split('\n')) {
    const words = line.split(/\s+/, 4).filter((word) => word !== '');
    const [first = '#', second = ''] = words;
    if (first.startsWith('#') || first.startsWith(';')) continue;
    if (/^\[(Unit|Socket|Service|Timer|Install)\]$/.test(first) && words.length === 1) return 'units';
    if (isHeader && first.startsWith('{')) return 'xinetd';
    if (isTypeOfSocket(second)) return 'inetd';
    isHeader = /^(service|defaults)$/i.test(first);
    const isOneLine = isHeader && words.some((word) => word.endsWith('{'));
    if (isOneLine || /^defaults\{/i.test(first)) return 'xinetd';
    if (/^include(dir)?$/i.test(first) && second !== '' && words.length === 2) return 'xinetd';
  }
  return null;
}

function isTypeOfSocket(word: string): boolean {
  return /^(stream|dgram|raw|rdm|seqpacket|tli|on|off)([,:]|$)/.test(word);
}
