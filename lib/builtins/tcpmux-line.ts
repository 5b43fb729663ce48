/** The line with which a caller of tcpmux names a service (RFC 1078). */

/** No more than this is read from a connection in search of the line's end. */
export const LONGEST_LINE = 256;

/** What ends a line: CR LF alone (RFC 1078, xinetd), or what inetd takes besides: LF, CR, NUL, the longest line. */
export type LineEnd = 'cr-lf' | 'any';

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;

/** Collects the line. It says byte for byte what belongs to it, since everything behind is the program's. */
export class MuxLine {
  readonly #end: LineEnd;
  #text = '';
  #state: 'name' | 'carriage-return' | 'ended' | 'wrong' = 'name';

  constructor(end: LineEnd) {
    this.#end = end;
  }

  /** How many more bytes may be looked at. */
  get room(): number {
    return LONGEST_LINE - this.#text.length;
  }

  /** Nothing more belongs to it. */
  get ended(): boolean {
    return this.#state === 'ended' || this.#state === 'wrong';
  }

  /** It did not end as it has to: nothing is to be done about it. */
  get wrong(): boolean {
    return this.#state === 'wrong' || (this.#end === 'cr-lf' && this.#state !== 'ended');
  }

  /** A carriage return came last: a line feed may belong to it, or what comes next may be the program's. */
  get undecided(): boolean {
    return this.#end === 'any' && this.#state === 'carriage-return';
  }

  /** The service's name; null when it has characters that no name has. */
  get name(): string | null {
    return /^[ -~]*$/.test(this.#text) ? this.#text.trim() : null;
  }

  /** Looks at bytes that follow what was taken before, and returns how many of them belong to the line. */
  take(bytes: Uint8Array): number {
    for (const [index, byte] of bytes.entries()) {
      if (this.ended) return index;
      if (!this.#takeByte(byte)) return index;
    }
    return bytes.length;
  }

  #takeByte(byte: number): boolean {
    if (this.#state === 'carriage-return') {
      this.#state = byte === LF || this.#end === 'any' ? 'ended' : 'wrong';
      return byte === LF;
    }
    if (byte === CR) {
      this.#state = 'carriage-return';
    } else if (byte === LF || byte === NUL) {
      this.#endEarly();
    } else {
      this.#text += String.fromCharCode(byte);
      if (this.room === 0) this.#endEarly();
    }
    return true;
  }

  #endEarly(): void {
    this.#state = this.#end === 'any' ? 'ended' : 'wrong';
  }
}
