/** The limits of Limit…= keys: `soft`, `soft:hard` or `infinity` (systemd.exec(5), PROCESS PROPERTIES). */

import type { ResourceLimit, ResourceName } from '../../../model/service.ts';
import { integer } from './simple.ts';
import { size } from './size.ts';
import { timeSpan } from './time-span.ts';
import { mapped, type Read, type ValueReader } from './value.ts';

/** A reader of the limit of a resource. */
export function resourceLimit(resource: ResourceName): ValueReader<ResourceLimit> {
  const read = readerOf(resource);
  return (text) => {
    const colon = text.indexOf(':');
    const soft = read(colon === -1 ? text : text.slice(0, colon));
    const hard = colon === -1 ? soft : read(text.slice(colon + 1));
    if ('problem' in soft) return soft;
    if ('problem' in hard) return hard;
    if (soft.value > hard.value)
      return { problem: `the soft limit of '${text}' is higher than the hard limit` };
    return { value: { resource, soft: soft.value, hard: hard.value } };
  };
}

function readerOf(resource: ResourceName): ValueReader<number> {
  const read = READERS[resource] ?? size;
  return (text) => (text === 'infinity' ? { value: Number.POSITIVE_INFINITY } : read(text));
}

const count = integer(0, 2 ** 64);

/** Those that are no sizes: numbers, seconds rounded up, microseconds, a nice value. */
const READERS: Readonly<Partial<Record<ResourceName, ValueReader<number>>>> = {
  cpu: mapped(timeSpan(), (ms) => Math.ceil(ms / 1000)),
  locks: count,
  nice,
  nofile: count,
  nproc: count,
  rtprio: count,
  rttime: mapped(timeSpan({ bare: 'us' }), (ms) => Math.round(ms * 1000)),
  sigpending: count,
};

/** RLIMIT_NICE is 20 minus the lowest nice value (getrlimit(2)): with a sign it is that nice value, else the raw number. */
function nice(text: string): Read<number> {
  if (!/^[+-]/.test(text)) return integer(0, 40)(text);
  return mapped(integer(-20, 19), (level) => 20 - level)(text);
}
