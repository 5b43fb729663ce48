/** Readers of values that only sockets have (systemd.socket(5)). */

import { boolean, int, oneOf } from './simple.ts';
import { mapped, type Read, type ValueReader } from './value.ts';

/** BindIPv6Only=: its words, or whether. */
export function bindIpv6Only(text: string): Read<'default' | 'both' | 'ipv6-only'> {
  const whether = boolean(text);
  if ('value' in whether) return { value: whether.value ? 'ipv6-only' : 'both' };
  return oneOf(['default', 'both', 'ipv6-only'])(text);
}

/** DeferTrigger=: whether, or its word for waiting beyond the jobs that are queued. */
export function deferral(text: string): Read<'no' | 'yes' | 'patient'> {
  const whether = boolean(text);
  if ('value' in whether) return { value: whether.value ? 'yes' : 'no' };
  return oneOf(['no', 'yes', 'patient'])(text);
}

/** Timestamping=: null is off. */
export function timestamping(text: string): Read<'us' | 'ns' | null> {
  const whether = boolean(text);
  if ('value' in whether) return { value: whether.value ? 'us' : null };
  return mapped(oneOf(Object.keys(STAMPS)), (word) => STAMPS[word] ?? null)(text);
}

const STAMPS: Readonly<Record<string, 'us' | 'ns' | null>> = {
  off: null,
  us: 'us',
  usec: 'us',
  µs: 'us',
  μs: 'us',
  ns: 'ns',
  nsec: 'ns',
};

/** IPTOS=: a number or a word of ip(7). */
export function typeOfService(text: string): Read<number> {
  const known = TOS.get(text);
  return known === undefined ? int(text) : { value: known };
}

const TOS: ReadonlyMap<string, number> = new Map<string, number>(
  Object.entries({
    'low-delay': 16,
    throughput: 8,
    reliability: 4,
    'low-cost': 2,
  }),
);

/** FileDescriptorName=: what stands between the colons of LISTEN_FDNAMES (sd_listen_fds(3)). */
export function descriptorName(text: string): Read<string> {
  if (/^[ -9;-~]{1,255}$/.test(text)) return { value: text };
  return {
    problem: `'${text}' is no name of a descriptor: at most 255 printable characters without a colon`,
  };
}

/** BindToDevice=: undefined (`*`) takes it back. */
export function device(text: string): Read<string | undefined> {
  if (text === '*') return { value: undefined };
  if (/^[^\s/:%]{1,15}$/.test(text) && text !== '.' && text !== '..') return { value: text };
  return { problem: `'${text}' is no name of a network interface` };
}

/** Times that the kernel takes in whole seconds. */
export function wholeSeconds(span: ValueReader<number>): ValueReader<number> {
  return (text) => {
    const found = span(text);
    if ('problem' in found) return found;
    const seconds = Math.ceil(found.value / 1000);
    return seconds <= 0x7fff_ffff ? { value: seconds } : { problem: `'${text}' is too long` };
  };
}

/** A user or group, by name or number. */
export function account(text: string): Read<string> {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1) return { value: text };
  if (/^[^\s:/\p{Cc}-][^\s:/\p{Cc}]{0,255}$/u.test(text) && !/^[.\d]+$/.test(text)) return { value: text };
  return { problem: `'${text}' is no name and no number of an account` };
}
