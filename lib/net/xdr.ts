/** External data representation (RFC 4506): as much of it as the portmapper's messages use. */

/** Values in order: a number is an unsigned 32-bit integer, a string is counted, padded bytes. */
export function encodeXdr(values: readonly (number | string)[]): Buffer {
  return Buffer.concat(values.map((value) => (typeof value === 'number' ? integer(value) : text(value))));
}

/** Reads values one after the other. Past the end everything is 0 and empty, and `short` says so. */
export class XdrReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Whether more was read than there is. */
  get short(): boolean {
    return this.#at > this.#bytes.length;
  }

  integer(): number {
    const at = this.#at;
    this.#at += 4;
    return this.#at <= this.#bytes.length ? this.#bytes.readUInt32BE(at) : 0;
  }

  text(): string {
    const length = this.integer();
    const at = this.#at;
    this.#at += padded(length);
    return this.short ? '' : this.#bytes.toString('latin1', at, at + length);
  }
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const length = Buffer.byteLength(value);
  const bytes = Buffer.alloc(4 + padded(length));
  bytes.writeUInt32BE(length);
  bytes.write(value, 4);
  return bytes;
}

/** XDR counts in units of four bytes. */
function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
