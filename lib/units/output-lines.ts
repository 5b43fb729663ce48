/** Bytes as they come, as lines. */

/** Bytes of a line; a longer one is told in pieces. */
export const LONGEST_LINE = 48 << 10;

const MOST_PARTS = 64;
const NEWLINE = 0x0a;

/** Puts lines together that come in parts. Empty ones are left out. */
export class LineSplitter {
  #parts: Buffer[] = [];
  #length = 0;

  /** The lines that end in these bytes, which are the caller's again afterwards. */
  add(bytes: Buffer): readonly string[] {
    const lines: string[] = [];
    let from = 0;
    while (from < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, from);
      const end = newline === -1 ? bytes.length : newline;
      const cut = Math.min(end, from + LONGEST_LINE - this.#length);
      this.#keep(bytes.subarray(from, cut));
      from = cut;
      if (cut === newline) from += 1;
      else if (this.#length < LONGEST_LINE) break;
      lines.push(...this.end());
    }
    return lines;
  }

  /** What is left without a newline. */
  end(): readonly string[] {
    const line = Buffer.concat(this.#parts).toString('utf8').replace(/\r$/, '');
    this.#parts = [];
    this.#length = 0;
    return line === '' ? [] : [line];
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#parts.push(Buffer.from(bytes));
    this.#length += bytes.length;
    // Who writes byte by byte must not cost more than the bytes.
    if (this.#parts.length > MOST_PARTS) this.#parts = [Buffer.concat(this.#parts)];
  }
}
