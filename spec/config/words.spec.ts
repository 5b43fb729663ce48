import { describe, expect, it } from '@jest/globals';
import { parseNumbers, parseServices, wellKnownRpc } from '../../lib/config/databases.ts';
import { expandGlob } from '../../lib/config/glob.ts';
import { looksLike } from '../../lib/config/inetd/hints.ts';
import { closest } from '../../lib/config/spelling.ts';

describe('The nearest word', () => {
  it.each([
    ['nowiat', 'nowait'],
    ['steam', 'stream'],
    ['WAIT', 'wait'],
    ['noway', 'nowait'],
    ['tpc', 'tcp'],
    ['dgrm', 'dgram'],
    ['x', null],
    ['internal', null],
    ['', null],
    ['streaming', null],
  ])('%s is %s', (word, near) => {
    expect(closest(word, ['wait', 'nowait', 'stream', 'dgram', 'tcp', 'udp'])).toBe(near);
  });
});

describe('File name patterns', () => {
  const folders: Readonly<Record<string, readonly string[]>> = {
    '/': ['etc'],
    '/etc': ['b.conf', 'a.conf', '.c.conf', 'd', 'x[1]', '+.conf'],
    '/etc/d': ['e.conf', 'e1', 'e2', 'eb'],
  };
  const list = (folder: string) => Promise.resolve(folders[folder] ?? []);

  it.each([
    ['*.conf', ['/etc/+.conf', '/etc/a.conf', '/etc/b.conf']],
    ['?.conf', ['/etc/+.conf', '/etc/a.conf', '/etc/b.conf']],
    ['.*.conf', ['/etc/.c.conf']],
    ['/etc/d/e[0-9]', ['/etc/d/e1', '/etc/d/e2']],
    ['/etc/d/e[!0-9]', ['/etc/d/eb']],
    ['/*/d/*.conf', ['/etc/d/e.conf']],
    ['*/e1', ['/etc/+.conf/e1', '/etc/a.conf/e1', '/etc/b.conf/e1', '/etc/d/e1', '/etc/x[1]/e1']],
    ['plain', ['/etc/plain']],
    ['../etc/d', ['/etc/d']],
    ['nothing-*', []],
    ['[z-a]', []],
    ['[', []],
    ['+*', ['/etc/+.conf']],
  ])('%s is %j', async (pattern, paths) => {
    expect(await expandGlob(pattern, '/etc', list)).toEqual(paths);
  });

  it('takes no exponential time', async () => {
    const names = () => Promise.resolve(['a'.repeat(200)]);
    expect(await expandGlob(`${'*'.repeat(60)}b`, '/etc', names)).toEqual([]);
  });
});

describe('Tables of names', () => {
  it('reads /etc/services: the first line counts, for each transport by itself', () => {
    const { ports, names } = parseServices(
      '# c\nhttp 80/tcp www # World\nhttp\t80/udp\nalt 80/tcp\nbad 99999/tcp\nworse x/tcp\nhttp 81/tcp\n\n',
    );
    expect([...ports]).toEqual([
      ['http/tcp', 80],
      ['www/tcp', 80],
      ['http/udp', 80],
      ['alt/tcp', 80],
    ]);
    expect([...names]).toEqual([
      ['80/tcp', 'http'],
      ['80/udp', 'http'],
      ['81/tcp', 'http'],
    ]);
  });

  it('reads /etc/protocols and /etc/rpc', () => {
    expect([...parseNumbers('icmp 1 ICMP\nrstatd\t100001 rstat # s\nno number\n')]).toEqual([
      ['icmp', 1],
      ['ICMP', 1],
      ['rstatd', 100001],
      ['rstat', 100001],
    ]);
    expect(wellKnownRpc.get('rup')).toBe(100001);
  });
});

describe('For whom a file was written', () => {
  it.each([
    ['#<off># ftp stream', 'debian'],
    ['#:INTERNAL: Internal', 'debian'],
    ['x on\n', 'netbsd'],
    ['.include x\n', 'netbsd'],
    ['ftp stream tcp nowait/10 root', 'freebsd'],
    [':a:b:0660:/run/x stream', 'freebsd'],
    ['# it is on\nftp stream tcp nowait.10 root', null],
  ])('%j: %s', (text, dialect) => {
    expect(looksLike(text)).toBe(dialect);
  });
});
