/** TCP connections that only those can make who know a key (RFC 2385, tcp(7)). */

import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';
import { addressBytes, encodeAddress } from './sockaddr.ts';
import type { Fd } from './socket.ts';

/** linux/tcp.h */
const TCP_MD5SIG_EXT = 32;
const TCP_MD5SIG_FLAG_PREFIX = 1;
const MOST_KEY_BYTES = 80;

/**
 * Every segment of a socket that is not connected yet, or of the connections of a listener, is signed, whoever the peer
 * is; one without the same key gets no answer. ENOPROTOOPT: the kernel was built without it.
 */
export function setSignatureKey(fd: Fd, family: 4 | 6, key: Uint8Array): void {
  if (key.length > MOST_KEY_BYTES) throw new RangeError(`a key of ${key.length} bytes`);
  // struct tcp_md5sig: the peer's address, flags, length of the prefix, length of the key, interface, key.
  const option = new Uint8Array(addressBytes + 8 + MOST_KEY_BYTES);
  option.set(encodeAddress({ kind: 'inet', family, host: family === 4 ? '0.0.0.0' : '::', port: 0 }));
  option[addressBytes] = TCP_MD5SIG_FLAG_PREFIX;
  new Uint16Array(option.buffer, addressBytes + 2, 1)[0] = key.length;
  option.set(key, addressBytes + 8);
  const result = native.setsockopt(fd, constant('IPPROTO_TCP'), TCP_MD5SIG_EXT, option);
  check(result, 'setsockopt', `fd ${fd} TCP_MD5SIG_EXT`);
}
