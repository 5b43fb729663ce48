import { describe, expect, it } from '@jest/globals';
import { LineSplitter, LONGEST_LINE } from '../../lib/units/output-lines.ts';

/** What comes of these parts, and what is left at the end. */
function split(...parts: readonly (string | Buffer)[]) {
  const splitter = new LineSplitter();
  const lines = parts.flatMap((part) => splitter.add(Buffer.from(part)));
  return { lines, rest: splitter.end() };
}

describe('LineSplitter', () => {
  it.each([
    { parts: ['one\ntwo\n'], lines: ['one', 'two'], rest: [] },
    { parts: ['o', 'ne', '\nt'], lines: ['one'], rest: ['t'] },
    { parts: ['\n\n a \n\n'], lines: [' a '], rest: [] },
    { parts: ['dos\r\n'], lines: ['dos'], rest: [] },
    { parts: [''], lines: [], rest: [] },
    { parts: [Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], lines: ['ä'], rest: [] },
    { parts: [Buffer.from([0xff, 0x0a])], lines: ['\ufffd'], rest: [] },
  ])('$parts is $lines and $rest', ({ lines, parts, rest }) => {
    expect(split(...parts)).toEqual({ lines, rest });
  });

  it.each([0, 1, 2])('tells a line that is too long in pieces (%i more)', (more) => {
    const { lines, rest } = split('x'.repeat(LONGEST_LINE + more), '\nnext');
    expect(lines.map(({ length }) => length)).toEqual(more === 0 ? [LONGEST_LINE] : [LONGEST_LINE, more]);
    expect(rest).toEqual(['next']);
  });

  it('puts together what comes byte by byte', () => {
    const text = 'x'.repeat(1000);
    expect(split(...text, '\n').lines).toEqual([text]);
  });

  it('keeps nothing of the bytes it was given', () => {
    const splitter = new LineSplitter();
    const bytes = Buffer.from('abc');
    splitter.add(bytes);
    bytes.fill('z');
    expect(splitter.end()).toEqual(['abc']);
  });
});
