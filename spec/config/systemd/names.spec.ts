import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapedName, escapedPath, unescapedName } from '../../../lib/config/systemd/text/escape.ts';
import {
  dropInFolderNames,
  fileNames,
  instanceOf,
  isTemplate,
  templateOf,
  unitName,
} from '../../../lib/config/systemd/text/names.ts';

function partsOf(text: string) {
  const read = unitName(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.value;
}

describe('Names of units', () => {
  // biome-ignore format: a table
  it.each([
    { name: 'foo.service', prefix: 'foo', instance: null, type: 'service' },
    { name: 'foo@.service', prefix: 'foo', instance: '', type: 'service' },
    { name: 'foo@bar.socket', prefix: 'foo', instance: 'bar', type: 'socket' },
    { name: 'a.b-c:d_e.timer', prefix: 'a.b-c:d_e', instance: null, type: 'timer' },
    { name: 'x@a@b.service', prefix: 'x', instance: 'a@b', type: 'service' },
    { name: 'k@0-127.0.0.1:25001-::1:3.service', prefix: 'k', instance: '0-127.0.0.1:25001-::1:3', type: 'service' },
    { name: 'dev-sda\\x20.swap', prefix: 'dev-sda\\x20', instance: null, type: 'other' },
    { name: 'sockets.target', prefix: 'sockets', instance: null, type: 'target' },
  ])('$name', ({ name, ...parts }) => {
    expect(partsOf(name)).toMatchObject({ name, ...parts });
  });

  it.each([
    '',
    'foo',
    '.service',
    'foo.bar',
    'foo.',
    '@x.service',
    'a/b.service',
    'a b.service',
    'é.service',
    `${'x'.repeat(248)}.service`,
  ])("'%s' is none", (name) => {
    expect(unitName(name)).toHaveProperty('problem');
  });

  it('instances are looked for by their own names first, templates are not started', () => {
    const instance = partsOf('foo@bar.service');
    expect(fileNames(instance)).toEqual(['foo@bar.service', 'foo@.service']);
    expect(fileNames(partsOf('foo.service'))).toEqual(['foo.service']);
    expect([templateOf(instance), templateOf(partsOf('foo@.service'))]).toEqual(['foo@.service', null]);
    expect([isTemplate(instance), isTemplate(partsOf('foo@.service'))]).toEqual([false, true]);
    expect(instanceOf(partsOf('foo@.service'), '1')).toBe('foo@1.service');
  });

  it.each([
    {
      name: 'a-b-c@i.service',
      folders: ['a-b-c@i.service', 'a-b-c@.service', 'a-b-.service', 'a-.service', 'service'],
    },
    { name: 'foo.socket', folders: ['foo.socket', 'socket'] },
    { name: 'a-.service', folders: ['a-.service', 'service'] },
  ])('drop-ins of $name', ({ name, folders }) => {
    expect(dropInFolderNames(partsOf(name))).toEqual(folders.map((folder) => `${folder}.d`));
  });
});

describe('Escaped names', () => {
  // biome-ignore format: a table
  it.each([
    { text: 'a/b-c', escaped: 'a-b\\x2dc' },
    { text: '.hidden', escaped: '\\x2ehidden' },
    { text: 'é', escaped: '\\xc3\\xa9' },
    { text: 'a b@c\\', escaped: 'a\\x20b\\x40c\\x5c' },
    { text: '127.0.0.1:80_x', escaped: '127.0.0.1:80_x' },
    { text: '', escaped: '' },
  ])("'$text' is '$escaped'", ({ text, escaped }) => {
    expect([escapedName(text), unescapedName(escaped)]).toEqual([escaped, text]);
  });

  it.each([
    { path: '/run//x.sock/', escaped: 'run-x.sock' },
    { path: '/', escaped: '-' },
    { path: '/.a/b', escaped: '\\x2ea-b' },
  ])('the path $path is $escaped', ({ path, escaped }) => {
    expect(escapedPath(path)).toBe(escaped);
  });

  it('what is no escape stays', () => {
    expect(unescapedName('a\\x2\\b\\xzz')).toBe('a\\x2\\b\\xzz');
  });

  it('lead back to their texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(unescapedName(escapedName(text))).toBe(text);
      }),
    );
  });
});
