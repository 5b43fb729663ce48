/** Numbers in log lines. */

import { expect, it } from '@jest/globals';
import { readable } from '../../lib/log/number.ts';

it.each([
  { value: 12, text: '12' },
  { value: 1234.56789, text: '1234.568' },
  { value: 2.0004, text: '2' },
  { value: 0.123456, text: '0.123' },
  { value: 0.0001, text: '0.0001' },
  { value: -0.00012345, text: '-0.000123' },
])('$value is written as $text', ({ value, text }) => {
  expect(String(readable(value))).toBe(text);
});
