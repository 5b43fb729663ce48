/** What services keep open. */

import { describe, expect, it } from '@jest/globals';
import { needsOf } from '../../lib/daemon/descriptors.ts';
import type { Redirect } from '../../lib/model/service.ts';
import type { ServiceLog } from '../../lib/model/service-log.ts';
import { makeLimits, makeService, makeSocket } from '../make.ts';

const redirect: Redirect = { kind: 'redirect', host: 'a', port: 7, addresses: ['192.0.2.7'] };

function log(path: string, common: boolean): ServiceLog {
  const target = { kind: 'file', path, soft: null, hard: null } as const;
  return { id: 'a', target, common, success: [], failure: [] };
}

describe('Descriptors that services need', () => {
  it.each([
    { of: 'none', services: [], needs: [0, 0, 0] },
    {
      of: 'sockets',
      services: [makeService({ sockets: [makeSocket(7), makeSocket(9)] }), makeService({ sockets: [] })],
      needs: [2, 0, 0],
    },
    {
      of: 'logs of their own, also where two name one file',
      services: [makeService({ log: log('/a', false) }), makeService({ log: log('/a', false) })],
      needs: [2, 2, 0],
    },
    {
      of: 'the log that they share',
      services: [makeService({ log: log('/a', true) }), makeService({ log: log('/a', true) })],
      needs: [2, 1, 0],
    },
    {
      of: 'a log that is no file',
      services: [
        makeService({
          log: { ...log('', false), target: { kind: 'syslog', facility: 'daemon', level: 'info' } },
        }),
      ],
      needs: [1, 0, 0],
    },
    {
      of: 'as many relays as there may be children',
      services: [makeService({ action: redirect, limits: makeLimits({ children: 10 }) })],
      needs: [1, 0, 20],
    },
    {
      of: 'a private socket and relays where callers are intercepted',
      services: [makeService({ intercept: true, limits: makeLimits({ children: 3 }) })],
      needs: [2, 0, 6],
    },
    {
      of: 'relays without a limit',
      services: [makeService({ action: redirect, limits: makeLimits({ children: null }) })],
      needs: [1, 0, 2048],
    },
    {
      of: 'a thousand such services',
      services: Array.from({ length: 1000 }, () =>
        makeService({ action: redirect, limits: makeLimits({ children: null }) }),
      ),
      needs: [1000, 0, 8192],
    },
  ])('$of: $needs', ({ services, needs: [sockets, logs, relays] }) => {
    expect(needsOf(services)).toEqual({ sockets, logs, relays });
  });
});
