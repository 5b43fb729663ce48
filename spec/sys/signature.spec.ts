import { afterEach, describe, expect, it } from '@jest/globals';
import { setSignatureKey } from '../../lib/sys/signature.ts';
import { bind, close, connect, listen, localPort, openSocket, setBlocking } from '../../lib/sys/socket.ts';

describe('setSignatureKey', () => {
  const open: number[] = [];
  const key = new Uint8Array(64).fill(7);

  afterEach(() => {
    for (const fd of open.splice(0)) close(fd);
  });

  function made(family: 4 | 6): number {
    const fd = openSocket(family, 'stream', 0);
    open.push(fd);
    return fd;
  }

  it.each([
    { family: 4, host: '127.0.0.1' },
    { family: 6, host: '::1' },
  ] as const)('lets those connect who know the key, over IPv$family', ({ family, host }) => {
    const listener = made(family);
    setSignatureKey(listener, family, key);
    bind(listener, { kind: 'inet', family, host, port: 0 });
    listen(listener, 4);
    const caller = made(family);
    setSignatureKey(caller, family, key);
    // Blocking: it returns once the listener has answered.
    setBlocking(caller, true);
    expect(connect(caller, { kind: 'inet', family, host, port: localPort(listener) })).toBe(true);
  });

  it('takes no key that is longer than the kernel does', () => {
    expect(() => setSignatureKey(made(4), 4, new Uint8Array(81))).toThrow(RangeError);
  });
});
