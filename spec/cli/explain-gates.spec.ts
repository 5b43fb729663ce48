import { describe, expect, it } from '@jest/globals';
import { accessTexts, limitTexts, receptionTexts } from '../../lib/cli/explain-gates.ts';
import { makeLimits, makeService } from '../make.ts';

describe('superd explain', () => {
  it('has a text for each limit that is set', () => {
    const limits = makeLimits({
      perSecond: { rate: 50, pauseMs: 10_000 },
      children: 1,
      atChildren: 'refuse',
      perAddressChildren: 2,
    });
    expect(limitTexts(limits)).toEqual([
      '50 starts a second, then 10 s pause',
      '1 child at once, further callers are refused',
      '2 children for one address at once',
    ]);
    expect(limitTexts(makeLimits())).toEqual([]);
  });

  it('says who may call, and when', () => {
    const service = makeService({
      access: {
        maxLoad: 2.5,
        hours: [{ from: 540, to: 1020 }],
        only: [
          { kind: 'network', family: 4, address: '192.0.2.0', bits: 24 },
          { kind: 'network', family: 6, address: '::1', bits: 128 },
          { kind: 'domain', suffix: '.example.org' },
        ],
        never: [{ kind: 'host', name: 'bad.example.org' }],
      },
      wrap: { daemon: 'ftpd' },
    });
    expect(accessTexts(service)).toEqual([
      'while the load average is at most 2.5',
      'at 9:00-17:00',
      'never bad.example.org',
      'only 192.0.2.0/24 ::1 .example.org',
      'hosts.allow and hosts.deny, as ftpd',
    ]);
  });

  it('says nobody where the list of callers is empty', () => {
    const { access } = makeService();
    expect(accessTexts(makeService({ access: { ...access, only: [] } }))).toEqual(['nobody']);
  });

  it('says what callers get and are asked before their server', () => {
    const banner = { always: '/b', success: null, failure: '/f' };
    expect(receptionTexts({ banner, ident: 'require', identRefused: false })).toEqual([
      'gets /b first',
      'gets /f when refused',
      'is asked for its user (RFC 1413), and refused without an answer',
    ]);
    expect(receptionTexts(null)).toEqual([]);
  });
});
