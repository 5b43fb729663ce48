/** Services → lines of inetd.conf(5) in one dialect. */

import type { Service } from '../../../model/service.ts';
import { dialects } from '../../inetd/dialects.ts';
import { entriesOf } from '../entries.ts';
import { type Conversion, joined, type LossId, lossesOf } from '../losses.ts';
import { FIELDS } from './fields.ts';
import { FORMS } from './forms.ts';
import { hostsLines } from './hosts-allow.ts';
import type { InetdTarget, Line } from './line.ts';
import { INETD_LOSSES } from './losses.ts';
import { placesOf } from './places.ts';
import { lineOf } from './words.ts';

/** Writes services of any language. What cannot be written is told; it never throws. */
export function toInetd(services: readonly Service[], target: InetdTarget): readonly Conversion[] {
  const spelling = { rules: dialects[target.dialect], forms: FORMS[target.dialect] };
  return entriesOf(services).map((service) => {
    const places = service.mux === undefined ? placesOf(service, spelling) : null;
    const lines = (places ?? [null]).map((place): Line => ({ service, place, target, ...spelling }));
    return joined(service, lines.map(convert));
  });
}

function convert(line: Line): Conversion {
  const { service, rules } = line;
  const { losses, refused } = lossesOf(INETD_LOSSES, line);
  if (refused) return { service, text: null, losses, advice: [] };
  const written = lineOf(
    FIELDS.flatMap((field) => field(line)),
    rules,
  );
  if ('unwritable' in written) {
    const detail = `no quotes of this inetd hold the word '${written.unwritable}'`;
    return { service, text: null, losses: [loss('L26', detail)], advice: [] };
  }
  const daemon = service.action.kind === 'exec' ? (service.action.argv[0] ?? '') : '';
  return { service, text: `${written.text}\n`, losses, advice: hostsLines(service, daemon) };
}

function loss(id: LossId, detail: string): Conversion['losses'][number] {
  return { id, detail, general: false };
}
