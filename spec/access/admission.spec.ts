import { describe, expect, it } from '@jest/globals';
import { Admission } from '../../lib/access/admission.ts';
import { House } from '../../lib/access/house.ts';
import { OPEN_ACCESS } from '../../lib/model/access.ts';
import type { Limits } from '../../lib/model/service.ts';
import { makeLimits } from '../make.ts';

const HERE = '192.0.2.7';

function admissionOf(limits: Limits): Admission {
  const house = new House({ load: () => 0, minute: () => 0, processLimit: null });
  return new Admission({ limits, access: OPEN_ACCESS }, house);
}

describe('Admission', () => {
  it('case 147 (gates): perMinute 3 serves exactly three and then trips', () => {
    const admission = admissionOf(makeLimits({ perMinute: 3 }));
    expect([0, 1, 2, 3].map((now) => admission.ask('', now))).toEqual(['admit', 'admit', 'admit', 'trip']);
  });

  it('case 67 (gates): the fourth call of an address within a minute is refused', () => {
    const admission = admissionOf(makeLimits({ perAddressPerMinute: 3 }));
    expect([0, 1, 2, 3].map((now) => admission.ask(HERE, now)).at(-1)).toBe('per-address-rate');
  });

  it('case 68 (gates): a second child of one address is refused until the first ends', () => {
    const admission = admissionOf(makeLimits({ perAddressChildren: 1 }));
    admission.began(HERE);
    expect(admission.ask(HERE, 0)).toBe('per-address-children');
    expect(admission.ask('192.0.2.8', 0)).toBe('admit');
    admission.ended(HERE);
    expect(admission.ask(HERE, 0)).toBe('admit');
  });

  it('case 124 (gates): ip_max of 0 refuses every request', () => {
    expect(admissionOf(makeLimits({ ipMax: 0 })).ask(HERE, 0)).toBe('ip-max');
  });

  it('case 119 (gates): a caller over its own limit does not use up the limit of the service', () => {
    const admission = admissionOf(makeLimits({ perMinute: 5, ipMax: 3 }));
    const asked = (address: string, times: number) =>
      Array.from({ length: times }, (_, i) => admission.ask(address, i));
    expect(asked(HERE, 10).slice(3)).toEqual(Array.from({ length: 7 }, () => 'ip-max'));
    expect(asked('192.0.2.8', 3)).toEqual(['admit', 'admit', 'trip']);
  });

  it('is full at as many children as allowed, and not before', () => {
    const admission = admissionOf(makeLimits({ children: 2 }));
    admission.began('');
    expect(admission.full).toBe(false);
    admission.began('');
    expect(admission.full).toBe(true);
    admission.ended('');
    expect(admission.full).toBe(false);
  });

  it('asks for an address only where a limit is about one', () => {
    expect(admissionOf(makeLimits({ perMinute: 1, children: 1 })).asksAddress).toBe(false);
    expect(admissionOf(makeLimits({ ipMax: 1 })).asksAddress).toBe(true);
  });

  it('case 171 (gates): a changed limit counts anew, an unchanged one goes on', () => {
    const admission = admissionOf(makeLimits({ perMinute: 1, ipMax: 1 }));
    admission.ask(HERE, 0);
    admission.replace({ limits: makeLimits({ perMinute: 5, ipMax: 1 }), access: OPEN_ACCESS });
    expect(admission.ask(HERE, 1)).toBe('ip-max');
  });

  it('serves a whole window again after a trip has healed', () => {
    const admission = admissionOf(makeLimits({ perMinute: 1 }));
    admission.ask('', 0);
    expect(admission.ask('', 1)).toBe('trip');
    admission.healed();
    expect(admission.ask('', 2)).toBe('admit');
  });

  it('forgets an address whose last child ended', () => {
    const admission = admissionOf(makeLimits({ perAddressChildren: 2 }));
    admission.began(HERE);
    admission.ended(HERE);
    admission.began(HERE);
    expect(admission.ask(HERE, 0)).toBe('admit');
    expect(admission.served).toBe(2);
  });
});
