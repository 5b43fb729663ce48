import { describe, expect, it } from '@jest/globals';
import { isWithin } from '../../lib/access/hours.ts';

const NINE_TO_FIVE = { from: 540, to: 1020 };
const EVENING = { from: 1200, to: 1439 };

describe('access times', () => {
  it.each([
    { hours: [NINE_TO_FIVE], minute: 539, within: false },
    { hours: [NINE_TO_FIVE], minute: 540, within: true },
    { hours: [NINE_TO_FIVE], minute: 1020, within: true },
    { hours: [NINE_TO_FIVE], minute: 1021, within: false },
    { hours: [NINE_TO_FIVE, EVENING], minute: 1439, within: true },
    { hours: [NINE_TO_FIVE, EVENING], minute: 1100, within: false },
    { hours: [], minute: 600, within: false },
  ])('xinetd case 108 (gates): minute $minute in $hours is $within', ({ hours, minute, within }) => {
    expect(isWithin(hours, minute)).toBe(within);
  });
});
