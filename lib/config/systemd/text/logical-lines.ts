/** The bytes of a unit file as lines, continued ones joined (systemd.syntax(7)). */

import type { Source, Span } from '../../../diagnostics/diagnostic.ts';
import { isBlank, type Joined, placeIn, trimmed } from './joined.ts';

/** No line, and no joined line, has more bytes. */
const LINE_LIMIT = 1024 * 1024;

/** A file as text; `damaged`: some of its bytes were no UTF-8 and are U+FFFD now. */
export interface UnitSource extends Source {
  readonly damaged: boolean;
}

/** The text of the bytes of a unit file, without the byte order mark at its beginning. */
export function unitSource(file: string, bytes: Uint8Array): UnitSource {
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), damaged: false };
  } catch {
    return { file, text: new TextDecoder().decode(bytes), damaged: true };
  }
}

/** A line without comments and outer blanks, never empty; or why the file cannot be read any further. */
export type LogicalLine =
  | { readonly kind: 'line'; readonly line: Joined }
  | { readonly kind: 'fatal'; readonly problem: string; readonly span: Span };

/** The lines of a text up to the first one that makes it unreadable. */
export function* logicalLines({ text, damaged }: UnitSource): Generator<LogicalLine, void, void> {
  let joining: Joining | null = null;
  for (const physical of physicalLines(text)) {
    if (isTooLong(text.slice(physical.start, physical.end))) return yield tooLong(physical);
    if (isComment(text, physical)) continue;
    joining = joined(joining, text, physical);
    if (joining.length > LINE_LIMIT) return yield tooLong(physical);
    if (joining.continues) continue;
    const line: LogicalLine | null = finished(joining, damaged);
    joining = null;
    if (line !== null) yield line;
    if (line?.kind === 'fatal') return;
  }
  const last = joining === null ? null : finished(joining, damaged);
  if (last !== null) yield last;
}

/** Line ends are LF, CR, both of them, or NUL. */
function* physicalLines(text: string): Generator<Span, void> {
  const ends = /\r\n|[\n\r\0]/g;
  let start = 0;
  for (const found of text.matchAll(ends)) {
    yield { start, end: found.index };
    start = found.index + found[0].length;
  }
  if (start < text.length) yield { start, end: text.length };
}

/** What has been joined so far: `length` in bytes. */
interface Joining {
  readonly parts: string[];
  readonly pieces: Joined['pieces'][number][];
  at: number;
  length: number;
  continues: boolean;
}

function joined(before: Joining | null, text: string, { start, end }: Span): Joining {
  const joining = before ?? { parts: [], pieces: [], at: 0, length: 0, continues: false };
  const line = text.slice(start, end);
  joining.continues = endsEscaped(line);
  joining.parts.push(joining.continues ? `${line.slice(0, -1)} ` : line);
  joining.pieces.push({ at: joining.at, start });
  joining.at += line.length;
  joining.length += Buffer.byteLength(line);
  return joining;
}

/** Ends in a backslash that no other one takes the meaning from. */
function endsEscaped(line: string): boolean {
  let run = 0;
  while (line.charAt(line.length - 1 - run) === '\\') run += 1;
  return run % 2 === 1;
}

function finished({ parts, pieces }: Joining, damaged: boolean): LogicalLine | null {
  const line = trimmed({ text: parts.join(''), pieces });
  const broken = damaged ? line.text.indexOf('\ufffd') : -1;
  if (broken !== -1) {
    return { kind: 'fatal', problem: 'the text is not valid UTF-8', span: placeIn(line, broken, broken + 1) };
  }
  return line.text === '' ? null : { kind: 'line', line };
}

function isComment(text: string, { start, end }: Span): boolean {
  let at = start;
  while (at < end && isBlank(text[at])) at += 1;
  return at < end && (text[at] === '#' || text[at] === ';');
}

function isTooLong(line: string): boolean {
  return line.length > LINE_LIMIT / 3 && Buffer.byteLength(line) > LINE_LIMIT;
}

function tooLong({ start, end }: Span): LogicalLine {
  return { kind: 'fatal', problem: 'a line is longer than 1 MiB', span: { start, end } };
}
