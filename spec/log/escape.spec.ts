import { describe, expect, it } from '@jest/globals';
import { assert, integer, property, string } from 'fast-check';
import { CUT_MARK, cut, escapeJson, escapeText, safeText } from '../../lib/log/escape.ts';

/** Any UTF-16 at all, lone surrogates included. */
const anyText = string({ unit: integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const steering = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('escapeText', () => {
  it.each([
    { text: 'plain text', escaped: 'plain text', because: 'there is nothing to fear' },
    { text: 'süß 漢字 🐧', escaped: 'süß 漢字 🐧', because: 'letters of any script are' },
    { text: 'a\nb', escaped: 'a\\nb', because: 'a newline would forge a line' },
    { text: 'a\r\0\x1b[2J', escaped: 'a\\x0d\\x00\\x1b[2J', because: 'C0 steers a terminal' },
    { text: 'a\x7f\x85\x9b', escaped: 'a\\x7f\\x85\\x9b', because: 'so do DEL and C1' },
    { text: '\u202egpj.exe', escaped: '\\u{202e}gpj.exe', because: 'an override turns text round' },
    { text: 'a\u2066b\u200b\u2028', escaped: 'a\\u{2066}b\\u{200b}\\u{2028}', because: 'it cannot be seen' },
    { text: 'a\ud83d', escaped: 'a\\u{d83d}', because: 'half a pair is no text' },
    { text: '\u{e0041}', escaped: '\\u{e0041}', because: 'tags are hidden text' },
    { text: 'a\\nb', escaped: 'a\\\\nb', because: 'it must differ from a newline' },
  ])('$escaped: $because', ({ text, escaped }) => {
    expect(escapeText(text)).toBe(escaped);
  });

  it('leaves nothing that steers, whatever comes in', () => {
    assert(property(anyText, (text) => !steering.test(escapeText(text))));
  });

  it('can be read back', () => {
    assert(property(anyText, (text) => unescapeText(escapeText(text)) === text));
  });
});

describe('escapeJson', () => {
  it('leaves nothing that steers, and the same value', () => {
    assert(
      property(anyText, (text) => {
        const json = escapeJson(JSON.stringify({ text }));
        expect(json).not.toMatch(steering);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});

describe('cut', () => {
  it.each([
    { text: 'abcdefgh', maxBytes: 8, whole: 'abcdefgh' },
    { text: 'abcdefghi', maxBytes: 8, whole: `abcde${CUT_MARK}` },
    { text: 'äöüßä', maxBytes: 8, whole: `äö${CUT_MARK}` },
    { text: '🐧🐧🐧', maxBytes: 10, whole: `🐧${CUT_MARK}` },
  ])('$text to $maxBytes bytes: $whole', ({ text, maxBytes, whole }) => {
    expect(cut(text, maxBytes)).toBe(whole);
  });

  it('keeps the bound for any text, and safeText too', () => {
    assert(
      property(anyText, integer({ min: 8, max: 40 }), (text, maxBytes) => {
        expect(Buffer.byteLength(cut(text, maxBytes))).toBeLessThanOrEqual(maxBytes);
        expect(Buffer.byteLength(safeText(text, maxBytes))).toBeLessThanOrEqual(maxBytes);
        expect(safeText(text, maxBytes)).toBe(cut(escapeText(text), maxBytes));
      }),
    );
  });
});

function unescapeText(text: string): string {
  return text.replace(/\\(?:(\\)|(n)|x(..)|u\{([^}]+)\})/g, (_, backslash, newline, byte, point) => {
    if (backslash !== undefined) return '\\';
    if (newline !== undefined) return '\n';
    return String.fromCodePoint(Number.parseInt(String(byte ?? point), 16));
  });
}
