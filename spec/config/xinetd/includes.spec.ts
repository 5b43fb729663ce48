import { describe, expect, it } from '@jest/globals';
import type { ConfigFiles } from '../../../lib/config/files.ts';
import { readWithIncludes } from '../../../lib/config/xinetd/includes.ts';
import { memoryFiles, type Tree } from '../../fixtures/config.ts';
import { service } from '../../fixtures/xinetd-text.ts';

/** Names of the services that `/etc/xinetd.conf` and what it includes have, and what is said. */
async function read(tree: Tree, files: ConfigFiles = memoryFiles(tree)) {
  const root = { file: '/etc/xinetd.conf', text: String(tree['/etc/xinetd.conf']) };
  const { items, diagnostics, sources } = await readWithIncludes([root], { strict: false, files });
  return {
    names: items.map((item) => (item.kind === 'block' ? (item.block.name?.text ?? 'defaults') : item.kind)),
    codes: diagnostics.map(({ code }) => code.replace('xinetd/', '')),
    messages: diagnostics.map(({ message }) => message),
    sources: sources.map(({ file }) => file),
  };
}

describe('include', () => {
  it('reads a file in the place of the line', async () => {
    const { names, codes } = await read({
      '/etc/xinetd.conf': `${service('a')}include /etc/more\n${service('c')}`,
      '/etc/more': service('b'),
    });
    expect([names, codes]).toEqual([['a', 'b', 'c'], []]);
  });

  it('xinetd case 31 (reading): a missing file is said, the rest is read', async () => {
    const { names, messages } = await read({ '/etc/xinetd.conf': `include /etc/x\n${service('a')}` });
    expect([names, messages]).toEqual([['a'], ['cannot read /etc/x: ENOENT']]);
  });

  it('xinetd case 32 (reading): a file that includes itself', async () => {
    const { names, codes } = await read({ '/etc/xinetd.conf': `include /etc/xinetd.conf\n${service('a')}` });
    expect([names, codes]).toEqual([['a'], ['include-cycle']]);
  });

  it('knows a file by another name', async () => {
    const tree = {
      '/etc/xinetd.conf': `include /etc/link\n${service('a')}`,
      '/etc/link': 'include /etc/link\n',
    };
    const files = { ...memoryFiles(tree), realPath: () => Promise.resolve('/etc/xinetd.conf') };
    expect((await read(tree, files)).codes).toEqual(['include-cycle']);
  });

  it('goes sixteen files deep', async () => {
    const chain = Array.from(
      { length: 30 },
      (_, at) => [`/etc/${at}`, `include /etc/${at + 1}\n${service(`s${at}`)}`] as const,
    );
    const { names, codes } = await read({
      ...Object.fromEntries(chain),
      '/etc/xinetd.conf': 'include /etc/0\n',
    });
    expect([names.length, codes]).toEqual([15, ['include-depth']]);
  });

  it('a directory is no file', async () => {
    const { messages } = await read({ '/etc/xinetd.conf': 'include /etc/d\n', '/etc/d': ['a'] });
    expect(messages).toEqual(['/etc/d is no file']);
  });

  it('xinetd case 36 (reading): a relative path begins beside its file, wherever superd runs', async () => {
    const tree = { '/etc/xinetd.conf': 'include d/a\n', '/etc/d/a': 'include b\n', '/etc/d/b': service('b') };
    for (const directory of ['/', '/srv']) {
      const { names, codes } = await read(tree, { ...memoryFiles(tree), directory });
      expect([names, codes]).toEqual([['b'], ['relative-include', 'relative-include']]);
    }
  });

  it('xinetd case 39 (reading): defaults of another file are a block of their own', async () => {
    const { names, codes } = await read({
      '/etc/xinetd.conf': 'defaults\n{\n}\ninclude /etc/more\n',
      '/etc/more': 'defaults\n{\n}\n',
    });
    expect([names, codes]).toEqual([['defaults', 'defaults'], []]);
  });
});

describe('includedir', () => {
  const folder = (names: readonly string[], more: Tree = {}): Tree => ({
    '/etc/xinetd.conf': 'includedir /etc/xinetd.d\n',
    '/etc/xinetd.d': names,
    ...Object.fromEntries(names.map((name) => [`/etc/xinetd.d/${name}`, service(`from-${name}`)])),
    ...more,
  });

  it('xinetd case 33 (reading): leaves out names with dots, backups and directories', async () => {
    const names = ['a.conf', 'b~', '.h', 'c', 'README', 'z-z_1,x', 'sub'];
    const read1 = await read(folder(names, { '/etc/xinetd.d/sub': ['x'] }));
    expect(read1.names).toEqual(['from-README', 'from-c', 'from-z-z_1,x']);
    expect(read1.codes).toEqual(['file-skipped', 'not-regular']);
  });

  it('xinetd case 34 (reading): sorts by bytes', async () => {
    const { names } = await read(folder(['b', 'é', 'a', 'B', '_', '1']));
    expect(names).toEqual(['1', 'B', '_', 'a', 'b', 'é'].map((name) => `from-${name}`));
  });

  it('xinetd case 35 (reading): a missing directory is said, the rest is read', async () => {
    const { names, messages } = await read({ '/etc/xinetd.conf': `includedir /etc/x\n${service('a')}` });
    expect([names, messages]).toEqual([['a'], ['cannot read /etc/x: ENOENT']]);
  });

  it('does not open what is no regular file', async () => {
    const tree = folder(['a']);
    const asked: unknown[] = [];
    const files: ConfigFiles = {
      ...memoryFiles(tree),
      read: (path, only) => {
        asked.push([path, only]);
        return only === 'regular' && path.endsWith('/a')
          ? Promise.resolve({ kind: 'other' })
          : memoryFiles(tree).read(path);
      },
    };
    expect((await read(tree, files)).codes).toEqual(['not-regular']);
    expect(asked).toEqual([
      ['/etc/xinetd.d', 'regular'],
      ['/etc/xinetd.d/a', 'regular'],
    ]);
  });

  it('says which of its files cannot be read', async () => {
    const { '/etc/xinetd.d/b': _, ...tree } = folder(['a', 'b']);
    const { names, messages } = await read(tree as Tree);
    expect([names, messages]).toEqual([['from-a'], ['cannot read /etc/xinetd.d/b: ENOENT']]);
  });
});
