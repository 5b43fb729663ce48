import { describe, expect, it } from '@jest/globals';
import { stepsOf } from '../../lib/cli/access-steps.ts';
import { OPEN_ACCESS } from '../../lib/model/access.ts';
import type { Service } from '../../lib/model/service.ts';
import { makeService } from '../make.ts';

const noon = { address: '192.0.2.7', name: async () => 'unknown', load: 0.5, minute: 720 };

/** The gates that said something, and the first that refuses. */
async function ask(changes: Partial<Service>, caller: Partial<typeof noon> = {}): Promise<readonly string[]> {
  const steps = await stepsOf(makeService(changes), { ...noon, ...caller });
  return steps
    .filter(({ gate }) => gate !== 'limits')
    .map(({ gate, outcome, because }) => `${gate} ${outcome}: ${because}`);
}

const net = { kind: 'network', family: 4, address: '192.0.2.0', bits: 24 } as const;
const host = { kind: 'network', family: 4, address: '192.0.2.7', bits: 32 } as const;
const domain = { kind: 'domain', suffix: '.example' } as const;

describe('the gates of a service without a daemon', () => {
  it.each([
    { access: {}, said: [] },
    { access: { maxLoad: 3 }, said: ['load passes: the load is 0.50, at most 3 is served'] },
    { access: { maxLoad: 0.4 }, said: ['load refuses: the load is 0.50, at most 0.4 is served'] },
    {
      access: { hours: [{ from: 540, to: 720 }] },
      said: ['hours passes: it is 12:00, served is 09:00-12:00'],
    },
    {
      access: { hours: [{ from: 0, to: 719 }] },
      said: ['hours refuses: it is 12:00, served is 00:00-11:59'],
    },
    { access: { hours: [] }, said: ['hours refuses: it is 12:00, served is at no time'] },
    { access: { only: [net] }, said: ['lists passes: only_from names it: 192.0.2.0/24'] },
    { access: { only: [] }, said: ['lists refuses: only_from does not name it'] },
    { access: { never: [host] }, said: ['lists refuses: no_access names it: 192.0.2.7'] },
    {
      access: { only: [net], never: [host] },
      said: ['lists refuses: no_access names it: 192.0.2.7, though only_from does too: 192.0.2.0/24'],
    },
    {
      access: { only: [domain] },
      said: ['lists refuses: no name leads back to it; only_from does not name it'],
    },
    {
      access: { never: [domain] },
      said: ['lists refuses: no name leads back to it; no_access may mean it: .example'],
    },
  ])('$access says $said', async ({ access, said }) => {
    expect(await ask({ access: { ...OPEN_ACCESS, ...access } })).toEqual(said);
  });

  it('asks for a name where only a name decides', async () => {
    const named = { name: async () => 'a.example' };
    expect(await ask({ access: { ...OPEN_ACCESS, only: [domain] } }, named)).toEqual([
      'lists passes: its name is a.example; only_from names it: .example',
    ]);
    const never = () => Promise.reject(new Error('asked'));
    expect(await ask({ access: { ...OPEN_ACCESS, only: [net] } }, { name: never })).toHaveLength(1);
  });

  it('lists limits without deciding them', async () => {
    const { limits } = makeService({});
    const steps = await stepsOf(makeService({ limits: { ...limits, children: 0 } }), noon);
    expect(steps).toContainEqual({
      gate: 'limits',
      outcome: 'counts',
      because: expect.stringContaining('0 children at once'),
    });
  });

  it('a sensor serves nobody', async () => {
    expect(await ask({ action: { kind: 'sensor', denyMinutes: 5 } })).toEqual([
      'sensor refuses: nobody is served; who calls is refused by every service for 5 minutes',
    ]);
  });
});
