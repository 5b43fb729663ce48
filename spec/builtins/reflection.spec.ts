import { describe, expect, it } from '@jest/globals';
import { broadcastsOf } from '../../lib/builtins/broadcasts.ts';
import { ReflectionGuard, type ReflectionPolicy, type SocketPolicy } from '../../lib/builtins/reflection.ts';
import { sockaddr } from './sockaddr.ts';

const interfaces = {
  lo: [{ family: 'IPv4', address: '127.0.0.1', netmask: '255.0.0.0' }],
  eth0: [
    { family: 'IPv4', address: '192.0.2.7', netmask: '255.255.255.128' },
    { family: 'IPv6', address: '2001:db8::7', netmask: 'ffff:ffff:ffff:ffff::' },
  ],
  tun0: [{ family: 'IPv4', address: '198.51.100.9', netmask: '255.255.255.255' }],
  gone: undefined,
};
const policy: ReflectionPolicy = {
  lowPorts: false,
  builtinPorts: new Set([7007]),
  broadcasts: broadcastsOf(interfaces),
};
const plain: SocketPolicy = { dual: false, refuseLoopback: false };

describe('broadcastsOf', () => {
  it('is the last address of each network of more than two', () => {
    expect([...broadcastsOf(interfaces)]).toEqual([0x7fffffff, 0xc000027f]);
  });
});

describe('the sender of a datagram to a built-in service', () => {
  it.each([
    { from: '198.51.100.1', verdict: 'answer', because: 'an address like any other' },
    { from: '2001:db8::1', verdict: 'answer', because: 'an address like any other' },
    { from: 'unix', verdict: 'answer', because: 'the kernel vouches for it' },
    { from: '198.51.100.1', port: 7, verdict: 'port', because: 'echo lives there' },
    { from: '127.0.0.1', port: 19, verdict: 'port', because: 'case 187 (builtin): chargen lives there' },
    { from: '::1', port: 13, verdict: 'port', because: 'daytime lives there' },
    {
      from: '198.51.100.1',
      port: 7007,
      verdict: 'port',
      because: 'a configured builtin listens on such a port',
    },
    { from: '198.51.100.1', port: 0, verdict: 'port', because: 'nobody can be answered there' },
    { from: '198.51.100.1', port: 53, verdict: 'port', because: 'low ports are servers' },
    { from: '198.51.100.1', port: 1023, verdict: 'port', because: 'low ports are servers' },
    { from: '198.51.100.1', port: 1024, verdict: 'answer', because: 'not a low port' },
    { from: '198.51.100.1', port: 53, lowPorts: true, verdict: 'answer', because: 'low ports are allowed' },
    {
      from: '198.51.100.1',
      port: 0,
      lowPorts: true,
      verdict: 'port',
      because: 'nobody can be answered there',
    },
    { from: '198.51.100.1', port: 37, lowPorts: true, verdict: 'port', because: 'time lives there' },
    { from: '224.0.0.1', verdict: 'address', because: 'multicast' },
    { from: '239.255.255.255', verdict: 'address', because: 'multicast' },
    { from: '223.255.255.255', verdict: 'answer', because: 'the address before multicast' },
    { from: '0.1.2.3', verdict: 'address', because: '0/8' },
    { from: '255.255.255.255', verdict: 'address', because: '255/8' },
    { from: '255.1.2.3', verdict: 'address', because: '255/8' },
    { from: '192.0.2.127', verdict: 'address', because: 'the broadcast address of eth0' },
    { from: '192.0.2.255', verdict: 'answer', because: 'not the broadcast address of eth0' },
    { from: '198.51.100.9', verdict: 'answer', because: 'a /32 has no broadcast address' },
    { from: '127.0.0.1', verdict: 'answer', because: 'case 188 (builtin): loopback is answered' },
    { from: '127.0.0.1', refuseLoopback: true, verdict: 'loopback', because: 'case 188 (builtin): debian' },
    { from: '127.9.9.9', refuseLoopback: true, verdict: 'loopback', because: 'all of 127/8' },
    { from: '::1', refuseLoopback: true, verdict: 'loopback', because: 'loopback' },
    { from: '::1', verdict: 'answer', because: 'loopback' },
    { from: '::', verdict: 'address', because: 'unspecified' },
    { from: '::192.0.2.1', verdict: 'address', because: 'IPv4-compatible' },
    { from: '::ffff:198.51.100.1', verdict: 'address', because: 'mapped on a socket without IPv4' },
    {
      from: '::ffff:198.51.100.1',
      dual: true,
      verdict: 'answer',
      because: 'mapped on a dual socket is IPv4',
    },
    { from: '::ffff:192.0.2.127', dual: true, verdict: 'address', because: 'a mapped broadcast address' },
    {
      from: '::ffff:127.0.0.1',
      dual: true,
      refuseLoopback: true,
      verdict: 'loopback',
      because: 'mapped loopback',
    },
    { from: 'ff02::1', verdict: 'address', because: 'multicast' },
    { from: 'fe80::1', verdict: 'answer', because: 'link-local' },
  ])('$from port $port: $verdict, $because', ({ from, port, verdict, lowPorts, dual, refuseLoopback }) => {
    const guard = new ReflectionGuard({ ...policy, lowPorts: lowPorts ?? false });
    const socket = { dual: dual ?? false, refuseLoopback: refuseLoopback ?? false };
    expect(guard.judge(sockaddr(from, port), 0, socket, 0)).toBe(verdict);
  });

  it('is read at its place in a batch', () => {
    const batch = Buffer.concat([sockaddr('198.51.100.1'), sockaddr('224.0.0.1')]);
    const guard = new ReflectionGuard(policy);
    expect([0, 128].map((at) => guard.judge(batch, at, plain, 0))).toEqual(['answer', 'address']);
  });

  it('is judged by a new policy as soon as it is there', () => {
    const guard = new ReflectionGuard(policy);
    guard.configure({ ...policy, builtinPorts: new Set([5000]) });
    expect(guard.judge(sockaddr('198.51.100.1', 5000), 0, plain, 0)).toBe('port');
    expect(guard.judge(sockaddr('198.51.100.1', 7007), 0, plain, 0)).toBe('answer');
  });
});

describe('answers in a second', () => {
  const answers = (guard: ReflectionGuard, count: number, from: (index: number) => string, now: number) =>
    Array.from({ length: count }, (_, index) => guard.judge(sockaddr(from(index)), 0, plain, now)).filter(
      (verdict) => verdict === 'answer',
    ).length;

  it.each([
    { who: 'one address', from: () => '198.51.100.1', limit: 10 },
    { who: 'a /24', from: (index: number) => `198.51.100.${index + 1}`, limit: 10 },
    { who: 'many /24', from: (index: number) => `198.51.${index}.1`, limit: 200 },
    { who: 'a /64', from: (index: number) => `2001:db8::${index.toString(16)}`, limit: 10 },
    { who: 'many /64', from: (index: number) => `2001:db8:0:${index.toString(16)}::1`, limit: 200 },
    { who: 'loopback', from: () => '127.0.0.1', limit: 200 },
    { who: 'IPv6 loopback', from: () => '::1', limit: 200 },
  ])('$who gets $limit of 200', ({ from, limit }) => {
    expect(answers(new ReflectionGuard(policy), 200, from, 5)).toBe(limit);
  });

  it('are 1000 for all', () => {
    const everywhere = (index: number) => `198.${18 + (index >> 8)}.${index & 255}.1`;
    expect(answers(new ReflectionGuard(policy), 1500, everywhere, 5)).toBe(1000);
  });

  it('begin anew with the next second', () => {
    const guard = new ReflectionGuard(policy);
    const at = (now: number) => answers(guard, 20, () => '198.51.100.1', now);
    expect([at(0), at(999), at(1000), at(1999), at(5000)]).toEqual([10, 0, 10, 0, 10]);
  });

  it('to one network that asks for many leave those to others untouched', () => {
    const guard = new ReflectionGuard(policy);
    answers(guard, 5000, () => '198.51.100.1', 0);
    expect(answers(guard, 20, () => '203.0.113.1', 0)).toBe(10);
  });
});
