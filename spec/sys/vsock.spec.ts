import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeAddress } from '../../lib/sys/sockaddr.ts';
import { close } from '../../lib/sys/socket.ts';
import { decodeVsock, encodeVsock, vsockPeer } from '../../lib/sys/vsock.ts';
import { connectedPair } from './pair.ts';

const open: number[] = [];
afterEach(() => {
  for (const fd of open.splice(0)) close(fd);
});

describe('a vsock address', () => {
  it.each([
    { cid: null, port: 1234 },
    { cid: 2, port: 0xffff_fffe },
    { cid: 0xffff_fffe, port: 1 },
  ])('is the same after it was encoded: $cid $port', (address) => {
    expect(decodeVsock(encodeVsock({ kind: 'vsock', ...address }))).toEqual({ kind: 'vsock', ...address });
  });

  it('is none of another family, and is looked for in any bytes', () => {
    expect(decodeVsock(encodeAddress({ kind: 'inet', family: 4, host: '127.0.0.1', port: 1 }))).toBe(null);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 32 }), (bytes) => {
        expect([undefined, 'vsock']).toContain(decodeVsock(bytes)?.kind);
      }),
    );
  });

  it('is not at the other end of another connection', () => {
    open.push(...connectedPair(4, 'stream'));
    expect(vsockPeer(open[0] ?? -1)).toBe(null);
    expect(() => vsockPeer(-1)).toThrow();
  });
});
