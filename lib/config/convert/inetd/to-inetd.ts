/** Services → lines of inetd.conf(5) in one dialect. */

import type { Service } from '../../../model/service.ts';
import { dialects } from '../../inetd/dialects.ts';
import { entriesOf } from '../entries.ts';
import { type Conversion, joined, lossesOf, refused, unwritable } from '../losses.ts';
import { FIELDS } from './fields.ts';
import { FORMS } from './forms.ts';
import { hostsLines } from './hosts-allow.ts';
import type { InetdTarget, Line } from './line.ts';
import { INETD_LOSSES } from './losses.ts';
import { placesOf } from './places.ts';
import { INETD_REFUSALS } from './refusals.ts';
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
  const refusals = lossesOf(INETD_REFUSALS, line);
  if (refusals.length > 0) return refused(service, refusals);
  const fields = FIELDS.flatMap((field) => field(line));
  const written = lineOf(fields, rules);
  if ('unwritable' in written) {
    return refused(service, [unwritable(`no quotes of this inetd hold the word '${written.unwritable}'`)]);
  }
  const daemon = service.action.kind === 'exec' ? (service.action.argv[0] ?? '') : '';
  const losses = lossesOf(INETD_LOSSES, line);
  return { service, text: `${written.text}\n`, losses, advice: hostsLines(service, daemon) };
}
