import { describe, expect, it } from '@jest/globals';
import { recordOf } from '../../../lib/config/record.ts';
import type { Service } from '../../../lib/model/service.ts';
import { entry, loadTree, withAccess } from './read.ts';

const net = (address: string, bits: number, family: 4 | 6 = 4) => ({
  kind: 'network',
  family,
  address,
  bits,
});
const banner = { always: null, success: null, failure: null };

describe('[Access] of a drop-in', () => {
  // biome-ignore format: a table
  it.each<{ lines: string[]; gives: object }>([
    { lines: ['OnlyFrom=10.0.0.0/8 127.0.0.1'], gives: { access: { only: [net('10.0.0.0', 8), net('127.0.0.1', 32)] } } },
    { lines: ['OnlyFrom=10.0.0.0/8', 'OnlyFrom=127.0.0.1'], gives: { access: { only: [net('10.0.0.0', 8), net('127.0.0.1', 32)] } } },
    { lines: ['OnlyFrom=10.0.0.0/8', 'OnlyFrom=', 'OnlyFrom=127.0.0.1'], gives: { access: { only: [net('127.0.0.1', 32)] } } },
    { lines: ['OnlyFrom=10.0.0.0/8', 'OnlyFrom='], gives: { access: { only: null } } },
    { lines: ['OnlyFrom=.example.com localhost'], gives: { access: { only: [{ kind: 'domain', suffix: '.example.com' }, { kind: 'host', name: 'localhost' }] } } },
    { lines: ['OnlyFrom=192.0.2.0 fd00::/8'], gives: { access: { only: [net('192.0.2.0', 24), net('fd00::', 8, 6)] } } },
    { lines: ['NoAccess=10.0.0.1', 'NoAccess=10.0.0.2'], gives: { access: { never: [net('10.0.0.1', 32), net('10.0.0.2', 32)] } } },
    { lines: ['NoAccess=10.0.0.1', 'NoAccess='], gives: { access: { never: [] } } },
    { lines: ['AccessTimes=8:00-12:00', 'AccessTimes=13:00-17:00'], gives: { access: { hours: [{ from: 480, to: 720 }, { from: 780, to: 1020 }] } } },
    { lines: ['MaxLoad=2.5'], gives: { access: { maxLoad: 2.5 } } },
    { lines: ['MaxLoad=2.5', 'MaxLoad='], gives: { access: { maxLoad: null } } },
    { lines: ['Instances=3'], gives: { limits: { children: 3, atChildren: 'refuse' } } },
    { lines: ['Instances=3', 'Instances=4'], gives: { limits: { children: 4 } } },
    { lines: ['Instances=UNLIMITED'], gives: { limits: { children: null } } },
    { lines: ['Instances=0'], gives: { limits: { children: 0 } } },
    { lines: ['PerSource=2'], gives: { limits: { perAddressChildren: 2 } } },
    { lines: ['CPS=50 20'], gives: { limits: { perSecond: { rate: 50, pauseMs: 20_000 } } } },
    { lines: ['CPS=50'], gives: { limits: { perSecond: { rate: 50, pauseMs: 10_000 } } } },
    { lines: ['CPS=50', 'CPS=0'], gives: { limits: { perSecond: null } } },
    { lines: ['CPS=50', 'CPS='], gives: { limits: { perSecond: null } } },
    { lines: ['Banner=/b', 'BannerSuccess=/s', 'BannerFail=/f'], gives: { reception: { banner: { always: '/b', success: '/s', failure: '/f' }, ident: 'none' } } },
    { lines: ['Banner=/b', 'Banner='], gives: { reception: null } },
    { lines: ['Wrap=in.ftpd'], gives: { wrap: { daemon: 'in.ftpd' } } },
    { lines: ['Wrap=in.ftpd', 'Wrap=no'], gives: { wrap: null } },
    { lines: ['Ident=ask'], gives: { reception: { banner, ident: 'ask' } } },
    { lines: ['Ident=require'], gives: { reception: { banner, ident: 'require' } } },
    { lines: ['Ident=ask', 'Ident=no'], gives: { reception: null } },
    { lines: ['X-Ours=1', '[X-More]', 'A=1'], gives: { access: { only: null } } },
    { lines: ['OnlyFrom=10.0.0.1 \\', '# and', '  10.0.0.2'], gives: { access: { only: [net('10.0.0.1', 32), net('10.0.0.2', 32)] } } },
  ])('$lines', async ({ lines, gives }) => {
    const { service, said } = await withAccess(lines);
    expect(said).toEqual([]);
    expect(service).toMatchObject(gives);
  });

  // biome-ignore format: a table
  it.each([
    { lines: ['OnlyFrom=10.0.0.300'], code: 'xinetd/bad-address' },
    { lines: ['OnlyFrom=10.0.0.1,10.0.0.2'], code: 'xinetd/bad-address' },
    { lines: ['OnlyFrom=nowhere.example'], code: 'xinetd/unknown-host' },
    { lines: ['NoAccess=ALL'], code: 'xinetd/bad-address' },
    { lines: ['AccessTimes=8-8'], code: 'xinetd/bad-hours' },
    { lines: ['MaxLoad=0'], code: 'xinetd/bad-value' },
    { lines: ['Instances=many'], code: 'xinetd/bad-value' },
    { lines: ['PerSource=-1'], code: 'xinetd/bad-value' },
    { lines: ['CPS=UNLIMITED'], code: 'xinetd/bad-value' },
    { lines: ['CPS=1 2 3'], code: 'drop-in/word-count' },
    { lines: ['Instances=1 2'], code: 'drop-in/word-count' },
    { lines: ['Ident=perhaps'], code: 'xinetd/bad-value' },
    { lines: ['OnlyFron=10.0.0.0/8'], code: 'drop-in/unknown-key' },
    { lines: ['onlyfrom=10.0.0.0/8'], code: 'drop-in/unknown-key' },
    { lines: ['OnlyFrom 10.0.0.0/8'], code: 'unit/no-equals' },
    { lines: ['=10.0.0.0/8'], code: 'unit/no-key' },
    { lines: ['[Acess]', 'OnlyFrom=10.0.0.0/8'], code: 'unit/unknown-section' },
    { lines: ['[Access', 'OnlyFrom=10.0.0.0/8'], code: 'unit/unreadable-text' },
  ])('in doubt closed: $lines', async ({ lines, code }) => {
    expect(await withAccess(lines)).toEqual({ service: null, said: [`error ${code}`] });
  });

  it.each([
    {
      because: 'the callers of a Unix socket have no address',
      conf: entry('/run/x', 'unix'),
      name: '-run-x',
      line: 'OnlyFrom=10.0.0.1',
    },
    {
      because: 'datagrams cannot be greeted',
      conf: entry('4711', 'udp4', 'wait', 'dgram'),
      name: '4711',
      line: 'Banner=/b',
    },
    {
      because: 'nobody asks the callers of a wait server',
      conf: entry('4711', 'tcp4', 'wait'),
      name: '4711',
      line: 'Ident=ask',
    },
    {
      because: 'the ident service cannot ask itself',
      conf: entry('113'),
      name: '113',
      line: 'Ident=require',
    },
  ])('keeps a service from starting where $because', async ({ conf, name, line }) => {
    const { services, rejected, said } = await loadTree({
      '/etc/inetd.conf': conf,
      [`/etc/superd/${name}.d/a.conf`]: `[Access]\n${line}\n`,
    });
    expect([services, rejected.map(({ origin }) => origin.line), said]).toEqual([
      [],
      [1],
      ['error drop-in/misfit'],
    ]);
  });

  it.each<{ line: string; gives: Partial<Service['limits']> & { intercept: boolean }; said: string[] }>([
    {
      line: 'OnlyFrom=10.0.0.0/8',
      gives: { intercept: true, children: null },
      said: ['note drop-in/intercepted'],
    },
    { line: 'Wrap=x', gives: { intercept: true, children: null }, said: ['note drop-in/intercepted'] },
    {
      line: 'PerSource=1',
      gives: { intercept: true, perAddressChildren: 1 },
      said: ['note drop-in/intercepted'],
    },
    {
      line: 'OnlyFrom=10.0.0.0/8\nInstances=4',
      gives: { intercept: true, children: 4, atChildren: 'refuse' },
      said: ['note drop-in/intercepted', 'note drop-in/intercepted'],
    },
    {
      line: 'Instances=4',
      gives: { intercept: false, children: 1, atChildren: 'wait' },
      said: ['warning drop-in/one-server'],
    },
    { line: 'Instances=0', gives: { intercept: false, children: 0, atChildren: 'refuse' }, said: [] },
    { line: 'CPS=5', gives: { intercept: false, children: 1, atChildren: 'wait' }, said: [] },
  ])(
    'puts a wait server behind superd where its callers must be looked at: $line',
    async ({ line, gives, said }) => {
      const read = await withAccess([line], entry('4711', 'tcp4', 'wait'));
      const { intercept, ...limits } = gives;
      expect(read.said).toEqual(said);
      expect(read.service).toMatchObject({ intercept, limits });
    },
  );

  it('leaves the server of datagrams alone with its callers', async () => {
    const conf = entry('4711', 'udp4', 'wait', 'dgram');
    const { service, said } = await withAccess(['OnlyFrom=10.0.0.1', 'PerSource=2'], conf);
    expect(service).toMatchObject({ intercept: false, limits: { children: 1, perAddressChildren: null } });
    expect(service?.access.only).toHaveLength(1);
    expect(said).toEqual(['warning drop-in/one-server']);
  });

  it('means the same in every language', async () => {
    const lines =
      'service a\n{\ntype = UNLISTED\nport = 1\nsocket_type = stream\nwait = no\nuser = root\nserver = /bin/x\n';
    const written =
      'only_from = 10.0.0.0/8 ::/0\nno_access = 10.0.0.1\ninstances = 3\nper_source = 2\ncps = 5 6\nmax_load = 7\naccess_times = 1:00-2:00\nbanner = /b\n';
    const dropIn =
      '[Access]\nOnlyFrom=10.0.0.0/8 ::/0\nNoAccess=10.0.0.1\nInstances=3\nPerSource=2\nCPS=5 6\nMaxLoad=7\nAccessTimes=1:00-2:00\nBanner=/b\n';
    const asWritten = await loadTree({ '/etc/xinetd.conf': `${lines}${written}}\n` });
    const extended = await loadTree({ '/etc/xinetd.conf': `${lines}}\n`, '/etc/superd/a.d/a.conf': dropIn });
    expect(extended.services.map(recordOf)).toEqual(asWritten.services.map(recordOf));
    expect(extended.said).toEqual([]);
  });

  it('adds to what an xinetd.conf says', async () => {
    const text =
      'service a\n{\ntype = UNLISTED\nport = 1\nsocket_type = stream\nwait = no\nuser = root\nserver = /bin/x\nonly_from = 10.0.0.0/8\n}\n';
    const { services } = await loadTree({
      '/etc/xinetd.conf': text,
      '/run/superd/a.d/a.conf': '[Access]\nOnlyFrom=192.0.2.1\n',
    });
    expect(services[0]?.access.only).toEqual([net('10.0.0.0', 8), net('192.0.2.1', 32)]);
  });
});
