/** Writes an entry as a line of inetd.conf that the default reading takes for the same entry. */

import type { Entry, Host, ProtocolField, WrittenLimits } from './entry.ts';

/** The canonical form, with its newline: fields separated by one blank, every default host written out. */
export function printEntry(entry: Entry): string {
  const fields = entry.form === 'positional' ? positional(entry) : keyValue(entry);
  // A backslash or a CR at the very end of a line would be taken for more than itself.
  return /[\\\r]$/.test(fields) ? `${fields} \n` : `${fields}\n`;
}

function positional(entry: Entry): string {
  const { limits, protocol } = entry;
  const counted = limits.perMinute !== undefined;
  const accept = counted && limits.children !== undefined ? `,${limits.children ?? 0}` : '';
  const buffers = [
    entry.buffers.sndbuf === undefined ? '' : `,sndbuf=${entry.buffers.sndbuf}`,
    entry.buffers.rcvbuf === undefined ? '' : `,rcvbuf=${entry.buffers.rcvbuf}`,
  ].join('');
  const words = [
    firstField(entry),
    `${entry.type}${accept}`,
    `${protocolWord(protocol, entry.protocolText)}${buffers}`,
    `${entry.activation}${counters(limits)}`,
    ownerWord(entry),
    entry.program?.text ?? 'internal',
    ...entry.args.map(({ text }) => text),
  ];
  return words.map(word).join(' ');
}

function firstField({ hosts, service, serviceText }: Entry): string {
  if (service.kind === 'path' && service.file !== null) {
    const { user, group, mode } = service.file;
    return `:${user}:${group}:0${mode.toString(8)}:${service.path}`;
  }
  const prefix = hosts.some((host) => host.kind !== 'any') ? `${hosts.map(hostText).join(',')}:` : '';
  return `${prefix}${serviceText}`;
}

function hostText(host: Host): string {
  if (host.kind === 'any') return '*';
  if (host.kind === 'name') return host.name;
  return host.family === 6 ? `[${host.address}]` : host.address;
}

function protocolWord(protocol: ProtocolField, text: string): string {
  return protocol.kind === 'inet' && protocol.rpc ? text : (text.split(',')[0] ?? text);
}

function counters({ perMinute, children, perAddressPerMinute, perAddressChildren }: WrittenLimits): string {
  if (perMinute !== undefined) return `.${perMinute ?? 0}`;
  const slashes = [children, perAddressPerMinute, perAddressChildren];
  const last = slashes.findLastIndex((count) => count !== undefined);
  return slashes
    .slice(0, last + 1)
    .map((count) => `/${count ?? 0}`)
    .join('');
}

function ownerWord({ owner }: Entry): string {
  if (owner.kind === 'word') return owner.word.text;
  return owner.group === null ? owner.user.text : `${owner.user.text}:${owner.group.text}`;
}

/** A word that is empty, holds blanks or begins with a quote, which may find a partner, is put in one that suits it. */
function word(text: string): string {
  const needsQuotes = text === '' || /[ \t]|^["']/.test(text);
  if (!needsQuotes) return text;
  return /"(?=[ \t])/.test(text) ? `'${text}'` : `"${text}"`;
}

function keyValue(entry: Entry): string {
  const { hosts, limits, buffers, owner } = entry;
  const [host] = hosts;
  const pairs: readonly (readonly [string, string | number | undefined])[] = [
    [
      'bind',
      hosts.length === 1 && host !== undefined && host.kind !== 'any' ? quoted(hostText(host)) : undefined,
    ],
    ['socktype', entry.type],
    ['protocol', quoted(entry.protocolText)],
    ['sndbuf', buffers.sndbuf],
    ['recvbuf', buffers.rcvbuf],
    ['wait', entry.activation === 'wait' ? 'yes' : 'no'],
    ['service_max', limits.perMinute ?? undefined],
    ['ip_max', limits.ipMax],
    ['accept_max', limits.children === null ? 0 : limits.children],
    ['user', owner.kind === 'pair' ? quoted(owner.user.text) : quoted(owner.word.text)],
    ['group', owner.kind === 'pair' && owner.group !== null ? quoted(owner.group.text) : undefined],
    ['exec', entry.program === null ? 'internal' : quoted(entry.program.text)],
    ['args', entry.args.length > 0 ? entry.args.map(({ text }) => quoted(text)).join(' ') : undefined],
    ['ipsec', entry.ipsec === null ? undefined : quoted(entry.ipsec)],
  ];
  const given = pairs.filter(([, value]) => value !== undefined).map(([key, value]) => `${key} = ${value}`);
  return `${keyValueFirst(entry)} ${entry.on ? 'on' : 'off'} ${given.join(', ')};`;
}

/** Several hosts cannot stand in `bind`: they stand before the service. */
function keyValueFirst(entry: Entry): string {
  const isOwned = entry.service.kind === 'path' && entry.service.file !== null;
  return word(entry.hosts.length > 1 || isOwned ? firstField(entry) : entry.serviceText);
}

function quoted(text: string): string {
  if (/^[A-Za-z0-9/_.:@%+-]+$/.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  const inner = text.replace(/["\\]|[\u0000-\u001f\u007f]/g, (character) =>
    character >= ' ' && character !== '\x7f'
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${inner}"`;
}
