/** Addresses of sockets between virtual machines and their host (vsock(7)). */

import { endianness } from 'node:os';
import { constant } from './constants.ts';

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
