import { describe, expect, it } from '@jest/globals';
import { formatTarget, isAccepting, nodeOf, targetKey, targetType } from '../../lib/model/listen-target.ts';
import type { ListenTarget } from '../../lib/model/socket-unit.ts';

const inet = (host: string, port: number, type: 'stream' | 'dgram' = 'stream'): ListenTarget => ({
  kind: 'inet',
  family: host.includes(':') ? 6 : 4,
  host,
  port,
  type,
});

describe('a listen line as text', () => {
  // biome-ignore format: a table
  it.each<{ target: ListenTarget; text: string; type: string; accepts: boolean }>([
    { target: inet('::', 25_001), text: '[::]:25001', type: 'Stream', accepts: true },
    { target: inet('127.0.0.1', 80, 'dgram'), text: '127.0.0.1:80', type: 'Datagram', accepts: false },
    { target: inet('2001:DB8:0:0::1', 80), text: '[2001:db8::1]:80', type: 'Stream', accepts: true },
    { target: inet('fe80::1%eth0', 80), text: '[fe80::1]:80%eth0', type: 'Stream', accepts: true },
    { target: inet('::ffff:127.0.0.1', 80), text: '[::ffff:127.0.0.1]:80', type: 'Stream', accepts: true },
    { target: { kind: 'unix', path: '/run/a b', type: 'seqpacket' }, text: '/run/a b', type: 'SequentialPacket', accepts: true },
    { target: { kind: 'abstract', name: 'x', type: 'dgram' }, text: '@x', type: 'Datagram', accepts: false },
    { target: { kind: 'vsock', cid: null, port: 1234, type: 'stream' }, text: 'vsock::1234', type: 'Stream', accepts: true },
    { target: { kind: 'vsock', cid: 2, port: 1, type: 'dgram' }, text: 'vsock:2:1', type: 'Datagram', accepts: false },
    { target: { kind: 'fifo', path: '/run/f' }, text: '/run/f', type: 'FIFO', accepts: false },
    { target: { kind: 'special', path: '/dev/x' }, text: '/dev/x', type: 'Special', accepts: false },
    { target: { kind: 'netlink', family: 'kobject-uevent', group: 1 }, text: 'kobject-uevent 1', type: 'Netlink', accepts: false },
    { target: { kind: 'message-queue', name: '/q' }, text: '/q', type: 'MessageQueue', accepts: false },
  ])('$text ($type)', ({ target, text, type, accepts }) => {
    expect([formatTarget(target), targetType(target), isAccepting(target)]).toEqual([text, type, accepts]);
    expect(nodeOf(target)).toBe(text === '/run/a b' || text === '/run/f' ? text : null);
  });
});

describe('the key of a listen line', () => {
  it('is the same for addresses that are, however they were written', () => {
    expect(targetKey(inet('0:0:0::0', 80))).toBe(targetKey(inet('::', 80)));
  });

  it('differs by type, port and zone', () => {
    const targets = [inet('::1', 80), inet('::1', 81), inet('::1', 80, 'dgram'), inet('::1%1', 80)];
    expect(new Set(targets.map(targetKey)).size).toBe(targets.length);
  });
});
