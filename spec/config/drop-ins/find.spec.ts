import { describe, expect, it } from '@jest/globals';
import { folderNames } from '../../../lib/config/drop-ins/folder-names.ts';
import { makeService } from '../../make.ts';
import { entry, loadTree } from './read.ts';

const limit = (count: number) => `[Access]\nInstances=${count}\n`;
const children = async (tree: Record<string, string>, devNull: readonly string[] = []) => {
  const { services } = await loadTree({ '/etc/inetd.conf': entry('4711', 'tcp'), ...tree }, { devNull });
  return services.map(({ limits }) => limits.children);
};

describe('Folders of drop-ins', () => {
  it.each([
    { name: 'daytime/tcp4', word: 'daytime', names: ['daytime-tcp4.d', 'daytime.d'] },
    {
      name: '127.0.0.1:2323/tcp4',
      word: '127.0.0.1:2323',
      names: ['127.0.0.1:2323-tcp4.d', '127.0.0.1:2323.d'],
    },
    { name: '/run/x.sock', word: '/run/x.sock', names: ['-run-x.sock.d', 'run-x.sock.d'] },
    { name: 'in-a', word: 'in-a', names: ['in-a.d', 'in\\x2da.d'] },
    { name: 'a#2', word: 'a', names: ['a#2.d', 'a\\x232.d', 'a.d'] },
  ])('$name of the entry $word', ({ name, word, names }) => {
    expect(folderNames(makeService({ name, origin: { file: 'f', line: 1, word } }))).toEqual(names);
  });

  it.each([
    {
      because: 'the folder of the entry is for all its services',
      tree: { '/etc/superd/4711.d/a.conf': limit(1) },
      counts: [1, 1],
    },
    {
      because: 'a folder may be for one of them',
      tree: { '/etc/superd/4711-tcp6.d/a.conf': limit(1) },
      counts: [null, 1],
    },
    {
      because: 'files are applied by their names',
      tree: { '/usr/lib/superd/4711.d/b.conf': limit(2), '/etc/superd/4711.d/a.conf': limit(1) },
      counts: [2, 2],
    },
    {
      because: 'of one name the file in /etc counts',
      tree: {
        '/usr/lib/superd/4711.d/a.conf': limit(3),
        '/run/superd/4711.d/a.conf': limit(2),
        '/etc/superd/4711.d/a.conf': limit(1),
      },
      counts: [1, 1],
    },
    {
      because: 'and the one in /run before that in /usr/lib',
      tree: { '/usr/lib/superd/4711.d/a.conf': limit(3), '/run/superd/4711.d/a.conf': limit(2) },
      counts: [2, 2],
    },
    {
      because: 'of one name the folder of the service counts',
      tree: { '/usr/lib/superd/4711-tcp4.d/a.conf': limit(3), '/etc/superd/4711.d/a.conf': limit(1) },
      counts: [3, 1],
    },
    {
      because: 'an empty file masks',
      tree: { '/usr/lib/superd/4711.d/a.conf': limit(3), '/etc/superd/4711.d/a.conf': '' },
      counts: [null, null],
    },
    {
      because: 'other files are none',
      tree: {
        '/etc/superd/4711.d/a.conf~': limit(1),
        '/etc/superd/4711.d/.a.conf': limit(2),
        '/etc/superd/4711.d/README': 'x',
      },
      counts: [null, null],
    },
    {
      because: 'a file with comments alone says nothing',
      tree: { '/etc/superd/4711.d/a.conf': '# nothing\n' },
      counts: [null, null],
    },
  ])('$because', async ({ tree, counts }) => {
    expect(await children(tree)).toEqual(counts);
  });

  it('a link to /dev/null masks', async () => {
    const masked = '/etc/superd/4711.d/a.conf';
    expect(await children({ '/usr/lib/superd/4711.d/a.conf': limit(3), [masked]: 'x' }, [masked])).toEqual([
      null,
      null,
    ]);
  });

  it.each([
    { because: 'a pipe', content: { kind: 'other' } as const },
    { because: 'a file that cannot be read', content: { kind: 'error', code: 'EACCES' } as const },
  ])('$because keeps its service from starting, and no other one', async ({ content }) => {
    const tree = { '/etc/inetd.conf': entry('4711') + entry('4712'), '/etc/superd/4711.d/a.conf': 'x' };
    const { services, rejected, said } = await loadTree(tree, {
      contents: { '/etc/superd/4711.d/a.conf': content },
    });
    expect(services.map(({ name }) => name)).toEqual(['4712/tcp4']);
    expect(rejected).toMatchObject([{ origin: { word: '4711' } }]);
    expect(said).toEqual(['error drop-in/unreadable']);
  });

  it('nothing is served while nobody knows what is restricted', async () => {
    const contents = { '/run/superd': { kind: 'error', code: 'EACCES' } as const };
    const { fatal } = await loadTree({ '/etc/inetd.conf': entry('4711') }, { contents });
    expect(fatal).toEqual(['/run/superd: nobody knows which services have drop-ins there (EACCES)']);
  });

  it("one that is nobody's is noted, those of units are not", async () => {
    const tree = {
      '/etc/inetd.conf': entry('4711'),
      '/etc/superd/ftp.d/a.conf': limit(1),
      '/etc/superd/x.service.d/a.conf': '[Service]\n',
      '/etc/superd/socket.d/a.conf': '[Socket]\n',
    };
    const { services, diagnostics } = await loadTree(tree);
    expect(services).toHaveLength(1);
    expect(diagnostics.map(({ source, code }) => [source.file, code])).toEqual([
      ['/etc/superd/ftp.d', 'drop-in/no-service'],
    ]);
  });

  it('what is wrong with a file is said once, however many services it is for', async () => {
    const tree = { '/etc/inetd.conf': entry('4711', 'tcp'), '/etc/superd/4711.d/a.conf': limit(-1) };
    const { services, rejected, said } = await loadTree(tree);
    expect([services, rejected.length, said]).toEqual([[], 2, ['error xinetd/bad-value']]);
  });
});
