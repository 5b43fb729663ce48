/** Addresses of sockets between virtual machines and their host (vsock(7)). */

import { endianness } from 'node:os';
import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';

/** `cid` null is every address of this machine. */
export interface VsockAddress {
  readonly kind: 'vsock';
  readonly cid: number | null;
  readonly port: number;
}

const littleEndian = endianness() === 'LE';
const VMADDR_CID_ANY = constant('VMADDR_CID_ANY') >>> 0;
/** Bytes of a struct sockaddr_vm, and where its numbers stand. */
const size = 16;
const portAt = 4;
const cidAt = 8;

/** A struct sockaddr_vm. */
export function encodeVsock({ cid, port }: VsockAddress): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  view.setUint16(0, constant('AF_VSOCK'), littleEndian);
  view.setUint32(portAt, port, littleEndian);
  view.setUint32(cidAt, cid ?? VMADDR_CID_ANY, littleEndian);
  return new Uint8Array(view.buffer);
}

/** The machine and port at the other end of a connection; null when it is no vsock. */
export function vsockPeer(fd: number): VsockAddress | null {
  const bytes = new Uint8Array(size);
  check(native.getpeername(fd, bytes), 'getpeername', `fd ${fd}`);
  return decodeVsock(bytes);
}

/** The machine and port at this end of a socket; null when it is no vsock. */
export function vsockName(fd: number): VsockAddress | null {
  const bytes = new Uint8Array(size);
  check(native.getsockname(fd, bytes), 'getsockname', `fd ${fd}`);
  return decodeVsock(bytes);
}

/** A struct sockaddr_vm; null for an address of another family. */
export function decodeVsock(bytes: Uint8Array): VsockAddress | null {
  if (bytes.length < size) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  if (view.getUint16(0, littleEndian) !== constant('AF_VSOCK')) return null;
  const cid = view.getUint32(cidAt, littleEndian);
  return {
    kind: 'vsock',
    cid: cid === VMADDR_CID_ANY ? null : cid,
    port: view.getUint32(portAt, littleEndian),
  };
}
