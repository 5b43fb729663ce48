import { describe, expect, it } from '@jest/globals';
import { type Entry, inetdConf, portOf, programs, xinetdConf } from '../../bench/entries.ts';

const entries: readonly Entry[] = [
  { kind: 'builtin', name: 'echo', type: 'dgram' },
  { kind: 'builtin', name: 'daytime', type: 'stream' },
  { kind: 'program', port: 10_000, wait: false, program: '/bin/cat' },
  { kind: 'program', port: 10_001, wait: true, program: '/srv/one' },
];
const job = { address: '127.0.0.9', user: 'root', entries };

describe('the services of a run', () => {
  it('are lines of inetd.conf', () => {
    expect(inetdConf(job).split('\n')).toEqual([
      '127.0.0.9:echo dgram udp wait root internal',
      '127.0.0.9:daytime stream tcp nowait root internal',
      '127.0.0.9:10000 stream tcp nowait root /bin/cat /bin/cat',
      '127.0.0.9:10001 stream tcp wait root /srv/one /srv/one',
      '',
    ]);
  });

  it('are sections of xinetd.conf', () => {
    const text = xinetdConf(job);
    const heads = text.split('\n').filter((line) => /^\w/.test(line));
    expect(heads).toEqual([
      'defaults',
      'service echo',
      'service daytime',
      'service p10000',
      'service p10001',
    ]);
    expect(text).toContain('\tbind = 127.0.0.9\n');
    expect(text).toMatch(/service p10001\n\{[^}]*\twait = yes\n[^}]*\tserver = \/srv\/one\n\}/);
  });

  it('have the ports of their names, and others in a row', () => {
    expect(entries.map(portOf)).toEqual([7, 13, 10_000, 10_001]);
    expect(programs(3, '/bin/cat').map(portOf)).toEqual([10_000, 10_001, 10_002]);
  });
});
