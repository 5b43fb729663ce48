/** Conversions → the whole text of a file, with everything that is lost in comments. */

import { printable } from '../../diagnostics/render.ts';
import { type Conversion, LOSSES, type Loss, type Named } from './losses.ts';

/** The file: what all services lose stands at its head, the rest at each of them. */
export function documentOf(conversions: readonly Conversion<Named>[], title: string): string {
  const general = conversions.flatMap(({ losses }) => losses.filter((loss) => loss.general));
  const head = [title, ...new Set(general.toSorted(byNumber).map(lossText))];
  return [comments(head), ...conversions.map(entryText)].join('\n');
}

function byNumber(a: Loss, b: Loss): number {
  return Number(a.id.slice(1)) - Number(b.id.slice(1));
}

/** A loss in one line. */
export function lossText({ id, detail }: Loss): string {
  return `${id} (${LOSSES[id]}): ${detail}`;
}

function entryText({ service, text, losses, advice }: Conversion<Named>): string {
  const { file, line } = service.origin;
  const own = losses.filter(({ general }) => !general).map(lossText);
  if (text === null) return comments([`${service.name} of ${file}:${line} is not converted`, ...own]);
  return `${comments([...own, ...advice])}${text}`;
}

/** Everything that one service loses, as comments. */
export function lossComments({ losses, advice }: Conversion<Named>): string {
  return comments([...losses.map(lossText), ...advice]);
}

function comments(lines: readonly string[]): string {
  return lines.map((line) => `# ${printable(line)}\n`).join('');
}
