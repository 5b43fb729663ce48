/** The first field: `[hosts:]service`, FreeBSD's `:user:group:mode:/path`, `program/versions`, `tcpmux/name`. */

import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { DialectRules } from './dialects.ts';
import type { Host, ProtocolField, ServiceField, UnixOwner, Versions } from './entry.ts';
import { readHosts } from './host-field.ts';
import { partOf, type Word } from './words.ts';

/** What the first field says. */
export interface FirstField {
  /** null: no prefix is written. */
  readonly hosts: readonly Host[] | null;
  readonly service: ServiceField;
  readonly text: string;
}

/** The longest path of a Unix socket, bytes: sun_path is 108 with its NUL (unix(7)). */
const pathLimit = 107;

/** Reads the field in the light of its protocol; null when it is reported as wrong. */
export function readFirstField(
  word: Word,
  protocol: ProtocolField,
  rules: DialectRules,
  diagnostics: Diagnostics,
): FirstField | null {
  const owned = /^:([^:]+):([^:]+):([^:]+):(\/.*)$/s.exec(word.text);
  if (owned !== null) return readOwned(word, owned, protocol, diagnostics);
  const colon = endOfPrefix(word.text);
  const hosts = colon === -1 ? null : readHosts(word, word.text.slice(0, colon), diagnostics);
  if (colon !== -1 && hosts === null) return null;
  const text = word.text.slice(colon + 1);
  const part = { text, span: partOf(word, colon + 1), quoted: false };
  const service = readService(part, protocol, rules, diagnostics);
  return service && { hosts, service, text };
}

/** The colon behind the hosts: the last one, but a path may hold colons itself. */
function endOfPrefix(text: string): number {
  if (text.startsWith('/')) return -1;
  const path = text.indexOf(':/');
  return path === -1 ? text.lastIndexOf(':') : path;
}

function readOwned(
  word: Word,
  [, user = '', group = '', mode = '', path = '']: RegExpExecArray,
  protocol: ProtocolField,
  diagnostics: Diagnostics,
): FirstField | null {
  const start = word.text.length - path.length;
  if (!/^[0-7]{1,5}$/.test(mode) || Number.parseInt(mode, 8) > 0o777) {
    const span = partOf(word, start - 1 - mode.length, start - 1);
    const help = "write an octal mode from 0 to 0777, as in ':www:www:0660:/run/www.sock'";
    diagnostics.error('inetd/bad-unix-mode', span, `'${mode}' is no mode of a socket`, help);
    return null;
  }
  const file = { user, group, mode: Number.parseInt(mode, 8) };
  const part = { text: path, span: partOf(word, start), quoted: false };
  const service = readPath(part, protocol, file, diagnostics);
  return service && { hosts: null, service, text: path };
}

function readService(
  word: Word,
  protocol: ProtocolField,
  rules: DialectRules,
  diagnostics: Diagnostics,
): ServiceField | null {
  if (protocol.kind === 'unix' || word.text.startsWith('/'))
    return readPath(word, protocol, null, diagnostics);
  if (protocol.kind === 'inet' && protocol.rpc) return readRpc(word, rules, diagnostics);
  if (protocol.kind === 'raw') return { kind: 'name', name: word.text };
  if (word.text.startsWith('tcpmux/')) return readMux(word, diagnostics);
  return readPort(word, diagnostics);
}

function readPath(
  word: Word,
  protocol: ProtocolField,
  file: UnixOwner | null,
  diagnostics: Diagnostics,
): ServiceField | null {
  if (protocol.kind !== 'unix') {
    const help = "write 'unix' as the protocol, or a port or the name of a service";
    diagnostics.error('inetd/bad-path', word.span, 'a path needs the protocol unix', help);
    return null;
  }
  if (!word.text.startsWith('/')) {
    const help = "write the whole path, as in '/run/echo.sock'";
    diagnostics.error('inetd/bad-path', word.span, `'${word.text}' is no absolute path`, help);
    return null;
  }
  const length = Buffer.byteLength(word.text);
  if (length > pathLimit) {
    const help = `shorten it to ${pathLimit} bytes: the system has no room for more`;
    diagnostics.error('inetd/path-too-long', word.span, `the path of the socket has ${length} bytes`, help);
    return null;
  }
  return { kind: 'path', path: word.text, file };
}

function readRpc(word: Word, rules: DialectRules, diagnostics: Diagnostics): ServiceField | null {
  const [program = '', written] = splitOnce(word.text, '/');
  const versions = written === null ? defaultVersion(rules) : readVersions(written);
  if (versions !== null && program !== '') return { kind: 'rpc', program, versions };
  const what = written === null ? 'names no version' : 'has no valid versions';
  const help = "write the name, a slash and the versions, as in 'rstatd/2-4'";
  diagnostics.error('inetd/rpc-version', word.span, `the RPC program '${program}' ${what}`, help);
  return null;
}

function defaultVersion({ rpcVersion }: DialectRules): Versions | null {
  return rpcVersion === null ? null : { low: rpcVersion, high: rpcVersion };
}

function readVersions(text: string): Versions | null {
  const match = /^([0-9]{1,9})(?:-([0-9]{1,9}))?$/.exec(text);
  if (match === null) return null;
  const low = Number(match[1]);
  const high = match[2] === undefined ? low : Number(match[2]);
  // Each version is registered by itself: a slip of the pen must not register a billion.
  return high < low || high - low >= 1000 ? null : { low, high };
}

function readMux(word: Word, diagnostics: Diagnostics): ServiceField | null {
  const [, plus, name] = /^tcpmux\/(\+?)([\x21-\x7e]*)$/.exec(word.text) ?? [];
  if (name !== undefined && name !== '') return { kind: 'mux', name, plus: plus === '+' };
  const help = "write a name of printable characters, as in 'tcpmux/+date'";
  diagnostics.error('inetd/bad-mux', word.span, 'the tcpmux service has no valid name', help);
  return null;
}

function readPort(word: Word, diagnostics: Diagnostics): ServiceField | null {
  if (word.text === '') {
    const help = 'write a port from 1 to 65535 or a name of /etc/services';
    diagnostics.error('inetd/unknown-service', word.span, 'no service is named', help);
    return null;
  }
  if (!/^[0-9]+$/.test(word.text)) return { kind: 'name', name: word.text };
  const port = Number(word.text);
  if (port >= 1 && port <= 65535) return { kind: 'port', port };
  const help = 'write a port from 1 to 65535 or a name of /etc/services';
  diagnostics.error('inetd/bad-port', word.span, `there is no port ${word.text}`, help);
  return null;
}

function splitOnce(text: string, separator: string): readonly [string, string | null] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}
