/** Names of hosts, with a resolver that is played and a clock that is moved by hand. */

import { describe, expect, it } from '@jest/globals';
import { hostName, type Resolver } from '../../../lib/service/wrap/host-name.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';

const never = new Promise<never>(() => {});

function resolver(name: string | null, addresses: readonly string[]): Resolver {
  return { name: () => Promise.resolve(name), addresses: () => Promise.resolve(addresses) };
}

describe('hostName', () => {
  it.each([
    { name: 'a.example.org', addresses: ['192.0.2.7'], found: 'a.example.org', because: 'it leads back' },
    {
      name: 'a.example.org',
      addresses: ['192.0.2.1', '192.0.2.7'],
      found: 'a.example.org',
      because: 'one does',
    },
    {
      name: 'a.example.org',
      addresses: ['::ffff:192.0.2.7'],
      found: 'a.example.org',
      because: 'that is the same',
    },
    { name: 'a.example.org', addresses: ['192.0.2.70'], found: 'paranoid', because: 'it leads elsewhere' },
    { name: 'a.example.org', addresses: [], found: 'paranoid', because: 'it leads nowhere' },
    { name: null, addresses: ['192.0.2.7'], found: 'unknown', because: 'there is no name' },
  ])('of 192.0.2.7 is $found: $because', async ({ name, addresses, found }) => {
    const clock = new ManualClock();
    expect(await hostName('192.0.2.7', resolver(name, addresses), clock)).toBe(found);
    expect(clock.pending).toBe(0);
  });

  it('is unknown when nobody answers within 5 s', async () => {
    const clock = new ManualClock();
    const name = hostName('192.0.2.7', { name: () => never, addresses: () => never }, clock);
    clock.advance(5000);
    expect(await name).toBe('unknown');
  });

  it('is paranoid when it could not be checked within 5 s', async () => {
    const clock = new ManualClock();
    let asked = () => {};
    const checking = new Promise<void>((resolve) => (asked = resolve));
    const half: Resolver = {
      name: () => Promise.resolve('a.example.org'),
      addresses() {
        asked();
        return never;
      },
    };
    const name = hostName('192.0.2.7', half, clock);
    await checking;
    clock.advance(5000);
    expect(await name).toBe('paranoid');
  });

  it('is unknown when the look-up fails', async () => {
    const failing: Resolver = { name: () => Promise.reject(new Error('EAI_FAIL')), addresses: () => never };
    expect(await hostName('192.0.2.7', failing, new ManualClock())).toBe('unknown');
  });
});
