/** Names for a whole daemon, with a resolver that is played and a clock that is moved by hand. */

import { describe, expect, it } from '@jest/globals';
import { HostNames } from '../../../lib/service/wrap/host-names.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';

/** Let everything happen that needs no more time. */
const settle = () => new Promise(setImmediate);

describe('Names of hosts', () => {
  it('are asked for once at a time for one address', async () => {
    const { answer, asked, names } = make();
    const both = Promise.all([names.checked('192.0.2.7'), names.checked('192.0.2.7')]);
    expect(asked).toEqual(['192.0.2.7']);
    answer('192.0.2.7', 'a');
    expect(await both).toEqual(['a', 'a']);
    void names.checked('192.0.2.7');
    expect(asked).toEqual(['192.0.2.7', '192.0.2.7']);
  });

  it.each([
    ['192.0.2.7', '192.0.2.250', '192.0.3.1'],
    ['2001:db8:1::1', '2001:db8:1:ffff::9', '2001:db8:2::1'],
  ])('of the network of %s that nobody tells leave a thread to others', async (slow, same, other) => {
    const { answer, asked, clock, names } = make();
    const unanswered = [names.checked(slow), names.checked(same)];
    const quick = names.checked(other);
    expect(asked).toEqual([slow, other]);
    answer(other, 'b');
    expect(await quick).toBe('b');
    clock.advance(5000);
    expect(await Promise.all(unanswered)).toEqual(['unknown', 'unknown']);
  });

  it('are not asked for any more when nobody waits for them', async () => {
    const { answer, asked, clock, names } = make();
    const flood = Array.from({ length: 200 }, (_, at) => names.checked(`198.51.100.${at}`));
    clock.advance(5000);
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['unknown']));
    expect(asked).toHaveLength(1);
    // The one that is under way keeps its thread until libc gives up; who calls then is next.
    const next = names.checked('198.51.100.250');
    answer('198.51.100.0', 'late');
    await settle();
    answer('198.51.100.250', 'c');
    expect(await next).toBe('c');
    expect(asked).toEqual(['198.51.100.0', '198.51.100.250']);
  });

  it('are known only where they lead back', async () => {
    const { answer, names } = make();
    const name = names.known('192.0.2.7');
    answer('192.0.2.7', null);
    expect(await name).toBeNull();
    const bare = names.bare('192.0.2.7');
    answer('192.0.2.7', 'a');
    expect(await bare).toBe('a');
  });
});

/** A resolver that answers when it is told to; every name leads back to the address that it was told for. */
function make() {
  const clock = new ManualClock();
  const asked: string[] = [];
  const open = new Map<string, (name: string | null) => void>();
  const addresses = new Map<string, string>();
  const names = new HostNames(clock, {
    name: (address) => {
      asked.push(address);
      return new Promise((resolve) => open.set(address, resolve));
    },
    addresses: (name) => Promise.resolve([addresses.get(name) ?? '']),
  });
  const answer = (address: string, name: string | null) => {
    if (name !== null) addresses.set(name, address);
    open.get(address)?.(name);
  };
  return { answer, asked, clock, names };
}
