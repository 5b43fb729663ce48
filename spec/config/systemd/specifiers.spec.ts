import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expand } from '../../../lib/config/systemd/text/specifiers.ts';
import { specifierContext } from './context.ts';

const expanded = (text: string, name = 'foo.service', options?: { names: boolean }) => {
  const read = expand(text, specifierContext(name), options);
  return 'value' in read ? read.value : read.problem;
};

describe('Specifiers', () => {
  // biome-ignore format: a table
  it.each([
    { text: '/run/%p/%i.sock', name: 'foo@x.socket', gives: '/run/foo/x.sock' },
    { text: '%i %I %f', name: 'x@a-b\\x2dc.service', gives: 'a-b\\x2dc a/b-c /a/b-c' },
    { text: '%n %N %p', name: 'foo@x.service', gives: 'foo@x.service foo@x foo' },
    { text: '%P %j %J %f', name: 'a-b\\x2dc.service', gives: 'a/b-c b\\x2dc b-c /a/b-c' },
    { text: '%i|%I', name: 'foo.service', gives: '|' },
    { text: '%t %S %C %L %E %T %V %D', name: 'foo.service', gives: '/run /var/lib /var/cache /var/log /etc /tmp /var/tmp /usr/share' },
    { text: '%h %u %U %g %G %s', name: 'foo.service', gives: '/root root 0 root 0 /bin/sh' },
    { text: '%H %l %q %v %a', name: 'foo.service', gives: 'box.example.org box The box 6.1.0 x86-64' },
    { text: '%m', name: 'foo.service', gives: '0123456789abcdef0123456789abcdef' },
    { text: '%o %w %W|%B|%M|%A', name: 'foo.service', gives: 'debian 12 |||' },
    { text: '%y %Y', name: 'foo.service', gives: '/etc/superd/foo.service /etc/superd' },
    { text: '100%% 5% % %- %', name: 'foo.service', gives: '100% 5% % %- %' },
    { text: '%%n %%%n', name: 'foo.service', gives: '%n %foo.service' },
    { text: '%é', name: 'foo.service', gives: '%é' },
    { text: '[fe80::1]:80%lo', name: 'foo.service', gives: '[fe80::1]:80boxo' },
    { text: '[fe80::1]:80%%lo', name: 'foo.service', gives: '[fe80::1]:80%lo' },
  ])('$text', ({ text, name, gives }) => {
    expect(expanded(text, name)).toBe(gives);
  });

  it.each([
    { text: '/run/%Q.sock', problem: "'%Q' is an invalid slot: a percent sign itself is written '%%'" },
    { text: '%5', problem: "'%5' is an invalid slot: a percent sign itself is written '%%'" },
    { text: '%d', problem: "'%d' is an invalid slot: there are no credentials" },
    { text: '%b', problem: "'%b' stands for nothing here" },
    { text: '%n %Q %d', problem: "'%Q' is an invalid slot: a percent sign itself is written '%%'" },
  ])('$text is a problem', ({ text, problem }) => {
    expect(expanded(text)).toBe(problem);
  });

  it.each([
    { text: '%p-%j@%i.service', gives: 'a-b-b@x\\x2d.service' },
    { text: '%I.service', gives: "'%I' is an invalid slot: it has no place in the name of a unit" },
    { text: '%t.service', gives: "'%t' is an invalid slot: it has no place in the name of a unit" },
  ])('names of units have fewer: $text', ({ text, gives }) => {
    expect(expanded(text, 'a-b@x\\x2d.service', { names: true })).toBe(gives);
  });

  it('C-033 (reading): a known one expands, an unknown one is an invalid slot', () => {
    expect(expanded('/run/%p/%i.sock', 'foo@x.socket')).toBe('/run/foo/x.sock');
    expect(expanded('/run/%Q.sock')).toContain('invalid slot');
  });

  it('C-034 (reading): the zone of an address needs a doubled percent sign', () => {
    expect(expanded('[fe80::1]:80%lo')).toBe('[fe80::1]:80boxo');
    expect(expanded('[fe80::1]:80%%lo')).toBe('[fe80::1]:80%lo');
  });

  it('C-035 (reading): the instance a-b\\x2dc', () => {
    expect(expanded('%i %I %f', 'x@a-b\\x2dc.service')).toBe('a-b\\x2dc a/b-c /a/b-c');
  });

  it('a unit without a file has no %y', () => {
    expect(expand('%y', { ...specifierContext('foo.service'), file: null })).toHaveProperty('problem');
  });

  it('any text is read, and what has no percent sign stays', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = expand(text, specifierContext('foo@x.service'));
        if (!text.includes('%')) expect(read).toEqual({ value: text });
        expect(expand(text.replaceAll('%', '%%'), specifierContext('foo@x.service'))).toEqual({
          value: text,
        });
      }),
    );
  });
});
