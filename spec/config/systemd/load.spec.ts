import { describe, expect, it } from '@jest/globals';
import { lines, loadTree, serviceOf, socketOf, type UnitFiles } from '../../fixtures/units.ts';

const web: UnitFiles = {
  '/etc/superd/web.socket': lines('[Socket]; ListenStream=80'),
  '/etc/superd/web.service': lines('[Service]; ExecStart=/bin/web'),
};

describe('Where units are found', () => {
  it('C-039 (reading): /etc wins, then /run, then /usr/lib', async () => {
    const unit = (text: string) => lines(`[Unit]; Description=${text}; [Service]; ExecStart=/bin/x`);
    const all = {
      '/usr/lib/superd/a.service': unit('usr'),
      '/run/superd/a.service': unit('run'),
      '/run/superd/b.service': unit('run'),
      '/usr/lib/superd/b.service': unit('usr'),
      '/usr/lib/superd/c.service': unit('usr'),
      '/etc/superd/a.service': unit('etc'),
    };
    const loaded = await loadTree(all);
    expect(['a', 'b', 'c'].map((name) => serviceOf(loaded, `${name}.service`).head.description)).toEqual([
      'etc',
      'run',
      'usr',
    ]);
  });

  it('C-040 (reading): a link within the search path is an alias, one to the outside a unit of its own', async () => {
    const loaded = await loadTree({
      ...web,
      '/run/superd/www.service': { link: '/etc/superd/web.service' },
      '/etc/superd/own.service': { link: '/srv/other.service' },
      '/srv/other.service': lines('[Unit]; Description=%n %y; [Service]; ExecStart=/bin/x'),
    });
    expect(loaded.store.unit('www.service')).toBe(loaded.store.unit('web.service'));
    expect(serviceOf(loaded, 'web.service').head.aliases).toEqual(['www.service']);
    expect(serviceOf(loaded, 'own.service').head.description).toBe('own.service /srv/other.service');
    expect(loaded.store.names()).toEqual(['own.service', 'web.service', 'web.socket']);
  });

  it('C-040 (reading): an alias of a template is one for each instance', async () => {
    const loaded = await loadTree({
      '/etc/superd/zz@.service': lines('[Service]; ExecStart=/bin/x %i'),
      '/etc/superd/al@.service': { link: '/etc/superd/zz@.service' },
    });
    const { head, commands } = serviceOf(loaded, 'al@q.service');
    expect([head.name, head.aliases, commands.start[0]?.argv]).toEqual([
      'zz@q.service',
      ['al@q.service'],
      ['/bin/x', 'q'],
    ]);
  });

  it.each([
    ['an empty file', ''],
    ['a link to /dev/null', { link: '/dev/null' }],
  ])('C-038 (reading): %s masks', async (_, file) => {
    const loaded = await loadTree({
      '/etc/superd/a.service': file,
      '/usr/lib/superd/a.service': lines('[Service]; ExecStart=/x'),
    });
    expect(loaded.store.unit('a.service')?.head).toMatchObject({ load: 'masked' });
  });

  it('C-036: drop-ins of every folder are applied by their file names', async () => {
    const dropIn = (value: string) =>
      lines(`[Unit]; Description=${value}; [Service]; Environment=O=${value}`);
    const loaded = await loadTree({
      '/etc/superd/zz-yy-xx@.service': lines('[Service]; ExecStart=/bin/x'),
      '/run/superd/service.d/05-all.conf': dropIn('05'),
      '/etc/superd/zz-yy-xx@inst.service.d/10-inst.conf': dropIn('10'),
      '/usr/lib/superd/zz-yy-.service.d/20-prefix.conf': dropIn('20'),
      '/run/superd/zz-yy-xx@.service.d/30-template.conf': dropIn('30'),
      '/usr/lib/superd/zz-yy-.service.d/35-gone.conf': dropIn('35'),
      '/etc/superd/zz-yy-xx@.service.d/35-gone.conf': { link: '/dev/null' },
      '/usr/lib/superd/zz-yy-xx@.service.d/10-inst.conf': dropIn('not the most specific'),
      '/etc/superd/zz-yy-xx@.service.d/.hidden.conf': dropIn('hidden'),
      '/etc/superd/zz-yy-xx@.service.d/other.txt': dropIn('other'),
    });
    const { head, exec } = serviceOf(loaded, 'zz-yy-xx@inst.service');
    expect(exec.environment).toEqual(['O=05', 'O=10', 'O=20', 'O=30']);
    expect(head.description).toBe('30');
    expect(head.dropIns).toHaveLength(4);
  });

  it('C-037: an empty value in a drop-in takes back what the main file listed', async () => {
    const dropIn = lines('[Socket]; ListenStream=; ListenStream=81; ListenDatagram=82');
    const loaded = await loadTree({ ...web, '/etc/superd/web.socket.d/a.conf': dropIn });
    expect(socketOf(loaded, 'web.socket').listen.map((target) => 'port' in target && target.port)).toEqual([
      81, 82,
    ]);
  });

  it('C-035 (reading): an instance is unescaped where that is asked for', async () => {
    const text = lines('[Service]; ExecStart=/bin/x %i %I %f');
    const loaded = await loadTree({ '/etc/superd/t@.service': text });
    const { argv } = serviceOf(loaded, 't@a-b\\x2dc.service').commands.start[0] ?? { argv: [] };
    expect(argv).toEqual(['/bin/x', 'a-b\\x2dc', 'a/b-c', '/a/b-c']);
  });

  it('makes the instances of a template that says nothing about them without reading it again', async () => {
    const loaded = await loadTree({ '/etc/superd/t@.service': lines('[Service]; ExecStart=/bin/x') });
    const [one, two] = [serviceOf(loaded, 't@1.service'), serviceOf(loaded, 't@2.service')];
    expect(two).toEqual({
      ...one,
      head: { ...one.head, name: 't@2.service', description: 't@2.service', origin: two.head.origin },
    });
    expect(two.exec).toBe(one.exec);
  });

  it('the file of an instance comes before its template', async () => {
    const loaded = await loadTree({
      '/etc/superd/t@.service': lines('[Service]; ExecStart=/bin/x'),
      '/usr/lib/superd/t@1.service': lines('[Service]; ExecStart=/bin/own'),
    });
    const programs = ['t@2.service', 't@1.service', 't@3.service'].map(
      (name) => serviceOf(loaded, name).commands.start[0]?.program,
    );
    expect(programs).toEqual(['/bin/x', '/bin/own', '/bin/x']);
  });
});

describe('Which units are started', () => {
  it('those that a target is linked to, and no others', async () => {
    const loaded = await loadTree({
      ...web,
      '/etc/superd/sockets.target.wants/web.socket': { link: '/etc/superd/web.socket' },
      '/etc/superd/t@.service': lines('[Service]; ExecStart=/bin/x %i'),
      '/run/superd/multi-user.target.wants/t@1.service': { link: '/etc/superd/t@.service' },
      '/etc/superd/default.target.wants/gone.service': { link: '/etc/superd/gone.service' },
      '/etc/superd/other.target.wants/web.service': { link: '/etc/superd/web.service' },
    });
    expect(loaded.start).toEqual(['t@1.service', 'web.socket']);
    expect(['web.socket', 'web.service'].map((name) => loaded.store.enabled(name))).toEqual([true, false]);
  });

  it('one file alone is started alone; its neighbours are there when they are needed', async () => {
    const tree = {
      '/u/a.socket': lines('[Socket]; ListenStream=1'),
      '/u/a.service': lines('[Service]; ExecStart=/bin/a'),
    };
    const loaded = await loadTree(tree, ['/u/a.socket'], { enabled: false });
    expect([loaded.start, loaded.diagnostics]).toEqual([['a.socket'], []]);
    expect(serviceOf(loaded, 'a.service').sockets).toEqual(['a.socket']);
  });

  it('of a folder everything that nothing else in it starts', async () => {
    const service = (more = '') => lines(`[Unit]; ${more}; [Service]; ExecStart=/bin/a`);
    const loaded = await loadTree(
      {
        '/u/a.socket': lines('[Socket]; ListenStream=1'),
        '/u/a.service': service('Requires=backend.service'),
        '/u/backend.service': service(),
        '/u/alone.service': service(),
        '/u/t@.service': service(),
        '/u/job.timer': lines('[Timer]; OnBootSec=1'),
        '/u/job.service': service(),
      },
      ['/u'],
    );
    expect(loaded.start).toEqual(['a.socket', 'alone.service']);
    expect(loaded.diagnostics.map(({ code }) => code)).toEqual(['unit/timer']);
  });

  it.each([
    ['/u/t@.service', ['unit/template'], []],
    ['/u/x.target', ['unit/other-type'], []],
    ['/u/gone.socket', [], [{ file: '/u/gone.socket', code: 'ENOENT' }]],
  ])('%s cannot be', async (path, codes, unreadable) => {
    const tree = { '/u/t@.service': lines('[Service]; ExecStart=/bin/x'), '/u/x.target': lines('[Unit]') };
    const loaded = await loadTree(tree, [path]);
    expect(loaded.start).toEqual([]);
    expect([loaded.diagnostics.map(({ code }) => code), loaded.unreadable]).toEqual([codes, unreadable]);
  });
});
