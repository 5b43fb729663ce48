/** The elements of only_from and no_access: addresses, networks, names (xinetd.conf(5)). */

import type { AddressRule } from '../../../model/access.ts';
import { holdsMapped, type IpNumber, masked, numberOf, textOf, unmapped, WIDTH } from '../../ip-number.ts';
import type { AddressElement } from '../entry.ts';
import type { Word } from '../text/block.ts';
import { refuse, type Scope } from './reader.ts';

/** Reads one element; undefined: a strict reading drops it, as xinetd does, and says so. */
export function addressElement(word: Word, scope: Scope): AddressElement | null | undefined {
  for (const read of FORMS) {
    const element = read(word, scope);
    if (element !== 'other') return element;
  }
  return unknown(word, scope);
}

/** The host name that must be looked up before the element can be read; null: none. */
export function nameIn(text: string): string | null {
  const isName = NAME.test(text) && /[a-z]/i.test(text) && numberOf(text) === null;
  return isName && text.toUpperCase() !== 'ALL' ? text : null;
}

const NAME = /^[\p{L}\p{N}_]([\p{L}\p{N}_.-]{0,253})$/u;

type Form = (word: Word, scope: Scope) => AddressElement | null | undefined | 'other';

/** In the order in which they are tried; the first that knows the element decides. */
const FORMS: readonly Form[] = [withComma, numeric, shortened, domain, host, network, factorised];

function withComma(word: Word, scope: Scope): null | 'other' {
  if (!word.text.replace(/\{[^}]*\}/g, '').includes(',')) return 'other';
  return bad(word, scope, 'write blanks between addresses, no commas');
}

/** Zero octets at the end of an IPv4 address stand for any. */
function numeric(word: Word, scope: Scope): AddressElement | undefined | 'other' {
  const address = numberOf(word.text);
  if (address === null) return 'other';
  if (address.family === 4) return element(word.text, address, 32 - 8 * zeroOctets(word.text));
  if (address.value !== 0n) return element(word.text, address, 128);
  // xinetd meant `::` for every address of IPv6, and compares it.
  if (scope.strict) return without(word, scope, "'::' matches nobody");
  return { ...element(word.text, address, 0), coversMapped: false };
}

function zeroOctets(text: string): number {
  return (
    /(?:^|\.)0+(?:\.0+)*$/
      .exec(text)?.[0]
      .split('.')
      .filter((octet) => octet !== '').length ?? 0
  );
}

/** `127.1` and `10`, which inet_aton(3) fills with zeros in the middle and people mean as a prefix. */
function shortened(word: Word, scope: Scope): AddressElement | null | 'other' {
  if (!/^\d{1,10}(\.\d{1,8}){0,2}$/.test(word.text)) return 'other';
  const parts = word.text.split('.').map(Number);
  const last = parts.pop() ?? 0;
  const value = parts.reduce((sum, octet, index) => sum + octet * 256 ** (3 - index), 0) + last;
  const isAddress = parts.every((octet) => octet < 256) && last < 256 ** (4 - parts.length);
  if (scope.strict && isAddress) return element(word.text, { family: 4, value: BigInt(value) }, 32);
  const help = `write all four numbers, or a network as in '${[...parts, last].join('.')}.0.0/16'`;
  return bad(word, scope, help, `'${word.text}' may be an address or the beginning of one`);
}

function domain({ text }: Word): AddressElement | 'other' {
  if (!text.startsWith('.') || !NAME.test(text.slice(1))) return 'other';
  return named(text, { kind: 'domain', suffix: text.toLowerCase() });
}

/** A name must resolve, else it was misspelt; callers are then known by the name of their address. */
function host({ text }: Word, { context }: Scope): AddressElement | 'other' {
  if (nameIn(text) === null) return 'other';
  const answer = context.hosts.get(text);
  if (answer !== undefined && answer.addresses.length > 0) {
    return named(text, { kind: 'host', name: text.toLowerCase() });
  }
  const network = context.names.network(text);
  const address = network === null ? null : numberOf(network);
  if (network === null || address === null) return 'other';
  return element(text, address, 32 - 8 * zeroOctets(network));
}

/** `address/bits`, and `address/mask` as people write it. */
function network(word: Word, scope: Scope): AddressElement | null | undefined | 'other' {
  const [addressText = '', maskText, surplus] = word.text.split('/');
  const address = numberOf(addressText);
  if (maskText === undefined || surplus !== undefined || address === null) return 'other';
  const bits = /^\d{1,3}$/.test(maskText) ? Number(maskText) : dottedBits(word, maskText, address, scope);
  if (bits === null) return null;
  const width = WIDTH[address.family];
  if (scope.strict && address.family === 6 && bits === width)
    return without(word, scope, 'xinetd takes it for a host name');
  if (bits > width && !(scope.strict && address.family === 4)) {
    return bad(word, scope, `write at most ${width} bits behind the slash`);
  }
  const kept = Math.min(bits, width);
  const start = masked(address, kept);
  if (start.value !== address.value) {
    const help = `write ${textOf(start)}/${kept}, or the address alone`;
    scope.diagnostics.warning(
      'xinetd/host-bits',
      word.span,
      'the address has bits behind its mask, which do not count',
      help,
    );
  }
  return element(word.text, address, kept);
}

/** The bits of a dotted mask, of which xinetd makes 32. */
function dottedBits(word: Word, text: string, address: IpNumber, scope: Scope): number | null {
  const mask = numberOf(text);
  const bits = mask?.family === 4 ? mask.value.toString(2).padStart(32, '0') : '';
  const length = bits.replace(/0+$/, '').length;
  const help = `write '${textOf(address)}/${length}'`;
  if (bits === '' || address.family === 6 || !/^1*0*$/.test(bits)) {
    return bad(word, scope, "write the number of bits behind the slash, as in '192.0.2.0/24'");
  }
  const read = scope.strict ? 32 : length;
  const message = scope.strict
    ? 'xinetd reads a dotted mask as 32 bits: only the address itself matches'
    : `the mask stands for ${length} bits; xinetd would take the address alone`;
  scope.diagnostics.warning('xinetd/netmask', word.span, message, help);
  return read;
}

/** `192.0.2.{1,2}`: numbers in the place of the last octet; octets to the right of it are any. */
function factorised(word: Word, scope: Scope): AddressElement | null | 'other' {
  if (!/[{}]/.test(word.text)) return 'other';
  const [, head = '', list = ''] = /^((?:\d{1,3}\.){0,3})\{(\d{1,3}(?:,\d{1,3})*)\}$/.exec(word.text) ?? [];
  const octets = head.split('.').slice(0, -1).map(Number);
  const last = list.split(',').map(Number);
  const isOctets = [...octets, ...(scope.strict ? [] : last)].every((octet) => octet < 256);
  if (list === '' || !isOctets) {
    return bad(word, scope, "write numbers up to 255 with commas and no blanks, as in '192.0.2.{1,2}'");
  }
  const bits = 8 * (octets.length + 1);
  const start = octets.reduce((sum, octet, index) => sum + octet * 256 ** (3 - index), 0);
  const rules = last.map((octet) => {
    // A number above 255 runs over into the octet before it.
    const value = BigInt((start + octet * 256 ** (3 - octets.length)) % 2 ** 32);
    return networkRule({ family: 4, value }, bits);
  });
  return { text: word.text, rules, coversMapped: false };
}

function element(text: string, address: IpNumber, bits: number): AddressElement {
  const ipv4 = unmapped(address, bits);
  const rule = ipv4 === null ? networkRule(address, bits) : networkRule(ipv4.address, ipv4.bits);
  return { text, rules: [rule], coversMapped: holdsMapped(address, bits) };
}

function networkRule(address: IpNumber, bits: number): AddressRule {
  return { kind: 'network', family: address.family, address: textOf(masked(address, bits)), bits };
}

function named(text: string, rule: AddressRule): AddressElement {
  return { text, rules: [rule], coversMapped: false };
}

/** A typing error, or a name that has no address: xinetd leaves it out, and no_access then lets everybody in. */
function unknown(word: Word, scope: Scope): null | undefined {
  const problem = scope.context.hosts.get(word.text)?.problem;
  const message = problem
    ? `host '${word.text}': ${problem}`
    : `'${word.text}' is no address, network or name`;
  if (scope.strict) return without(word, scope, message);
  const help =
    word.text.toUpperCase() === 'ALL'
      ? "write '0.0.0.0/0 ::/0' for every address"
      : 'write an address, a network as in 192.0.2.0/24, or a name that resolves: the service is not started without it';
  return refuse(scope, word, help, { code: problem ? 'xinetd/unknown-host' : 'xinetd/bad-address', message });
}

function bad(word: Word, scope: Scope, help: string, message?: string): null {
  return refuse(scope, word, help, {
    code: 'xinetd/bad-address',
    ...(message === undefined ? {} : { message }),
  });
}

function without(word: Word, { diagnostics, attribute }: Scope, problem: string): undefined {
  const effect = attribute === 'no_access' ? 'it refuses nobody' : 'it admits nobody';
  const help = 'leave out --strict-xinetd, or correct it';
  diagnostics.warning('xinetd/dropped-address', word.span, `${problem}: it is left out, ${effect}`, help);
  return undefined;
}
