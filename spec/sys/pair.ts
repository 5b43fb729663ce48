/** Two ends of one connection, for specs. */

import { native } from '../../lib/sys/native.ts';
import { bind, close, connect, listen, localAddress, openSocket } from '../../lib/sys/socket.ts';

/** [calling end, accepted end], both non-blocking. */
export function connectedPair(family: 4 | 'unix', type: 'stream' | 'seqpacket'): [number, number] {
  const listener = openSocket(family, type, 0);
  try {
    const name = `@superd-pair-${process.pid}-${performance.now()}`;
    bind(
      listener,
      family === 4 ? { kind: 'inet', family, host: '127.0.0.1', port: 0 } : { kind: 'unix', path: name },
    );
    listen(listener, 1);
    const caller = openSocket(family, type, 0);
    const at = localAddress(listener);
    connect(caller, at.kind === 'inet' ? { ...at, host: at.address } : at);
    const fds = new Int32Array(1);
    const { SOCK_NONBLOCK = 0 } = native.constants;
    if (native.accept4(listener, SOCK_NONBLOCK, fds, new Uint8Array(128), new Int32Array(1)) !== 1) {
      throw new Error('nobody called');
    }
    return [caller, fds[0] ?? -1];
  } finally {
    close(listener);
  }
}
