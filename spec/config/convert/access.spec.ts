import { describe, expect, it } from '@jest/globals';
import type { Access } from '../../../lib/model/access.ts';
import { read, readAgain, write } from './convert.ts';

const XINETD = { to: 'xinetd', dialect: 'auto' } as const;

/** What is written again of a service for both families, and not read as more or fewer callers. */
// biome-ignore format: a table
const ROWS = [
  { line: 'only_from = ::', written: 'only_from       = ::' },
  { line: 'only_from = ::/0', written: 'only_from       = ::/0 0.0.0.0/0' },
  { line: 'only_from =', written: 'only_from       =' },
  { line: 'only_from = 192.0.2.0/32', written: 'only_from       = 192.0.2.0/32' },
  { line: 'only_from = 10.1.0.0', written: 'only_from       = 10.1.0.0/16' },
  { line: 'only_from = 10.{1,2}', written: 'only_from       = 10.1.0.0/16 10.2.0.0/16' },
  { line: 'no_access = 2001:db8::7 .Example localhost', written: 'no_access       = 2001:db8::7 .example localhost' },
  { line: 'access_times = 22:00-6:00', written: 'access_times    = 22:00-23:59 0:00-6:00' },
  { line: 'max_load = 0.0000001', written: 'max_load        = 0.0000001' },
];

describe('Access of xinetd.conf', () => {
  it.each(ROWS)('$line is written as $written', async ({ line, written }) => {
    const text = `service ftp\n{\nsocket_type = stream\nwait = no\nuser = root\nserver = /bin/x\n${line}\n}\n`;
    const { services } = await read('xinetd.conf', text, { dialect: 'auto' });
    const again = await readAgain(write(services, XINETD), XINETD);
    expect(again.text.split('\n').map((one) => one.trim())).toContain(written);
    expect(again.entries.map(({ access }) => meaning(access))).toEqual(
      services.map(({ access }) => meaning(access)),
    );
  });
});

/** All of IPv4 twice is all of IPv4. */
function meaning(access: Access): unknown {
  const unique = (rules: Access['never']) => [...new Set(rules.map((rule) => JSON.stringify(rule)))];
  return { ...access, only: access.only && unique(access.only), never: unique(access.never) };
}
