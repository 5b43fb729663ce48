/** Counters of a line: `nowait.40`, `nowait/10/60/3`, `stream,5`; and which limits none of them can hold. */

import { startsProcess } from '../../inetd/limits.ts';
import { perMinuteOf } from '../rate.ts';
import type { Line } from './line.ts';

/** What is written, and what of the limits is left. */
export interface Counters {
  /** Behind `stream`. */
  readonly type: string;
  /** Behind `nowait`. */
  readonly wait: string;
  readonly holdsRate: boolean;
  readonly holdsChildren: boolean;
  readonly holdsAddresses: boolean;
}

/** The counters of a line; those of callers come first where one word cannot hold all. */
export function countersOf(line: Line): Counters {
  const { service, forms } = line;
  const { limits } = service;
  const isCounted = service.activation === 'nowait';
  const children = isCounted ? limits.children : null;
  const byAddress = [limits.perAddressPerMinute, limits.perAddressChildren];
  const needsSlashes = isCounted && byAddress.some((limit) => limit !== null);
  const minute = minuteCounter(line);
  const isSlashed =
    forms.counters.includes('slashes') &&
    (needsSlashes || (children !== null && !forms.acceptMax)) &&
    (children ?? 0) <= LARGEST;
  if (isSlashed) {
    const counts = [children, ...byAddress].map((limit) => limit ?? 0);
    const last = counts.findLastIndex((count) => count !== 0);
    const wait = counts
      .slice(0, last + 1)
      .map((count) => `/${count}`)
      .join('');
    return { type: '', wait, holdsRate: minute === '', holdsChildren: true, holdsAddresses: true };
  }
  const isMax = children !== null && forms.acceptMax && isStream(line);
  return {
    type: isMax ? `,${children}` : '',
    wait: minute ?? '',
    holdsRate: minute !== null,
    holdsChildren: children === null || isMax,
    holdsAddresses: !needsSlashes,
  };
}

/** FreeBSD's inetd takes no more for its first counter. */
const LARGEST = 32_767;

/** `.40`; empty: what the inetd does by itself is right; null: it cannot be written. */
function minuteCounter({ service, rules, forms, place }: Line): string | null {
  const { limits, action } = service;
  const wanted = perMinuteOf(limits);
  const type = place?.socket.type ?? 'stream';
  const isProgram = action.kind === 'exec' || action.kind === 'builtin';
  const usual = isProgram && startsProcess(type, action) ? rules.perMinute : null;
  if (wanted === undefined || wanted === usual) return '';
  if (!forms.counters.includes('minute')) return null;
  if (wanted === null) return rules.zeroCounter === 'unlimited' ? '.0' : null;
  if (wanted === 0) return rules.zeroCounter === 'never' ? '.0' : null;
  return wanted <= 999_999_999 ? `.${wanted}` : null;
}

function isStream({ place }: Line): boolean {
  return place === null || place.socket.type === 'stream';
}
