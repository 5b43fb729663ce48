/** The machine's own tables of names: /etc/services, /etc/protocols and /etc/rpc as text → maps. */

/** Ports by name and names by port, each for one transport: the keys are `name/tcp` and `80/tcp`. */
export interface ServicesTable {
  readonly ports: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<string, string>;
}

/** Reads services(5). The first line for a name or a port counts, as getservbyname(3) has it. */
export function parseServices(text: string): ServicesTable {
  const ports = new Map<string, number>();
  const names = new Map<string, string>();
  for (const [name = '', place = '', ...aliases] of rows(text)) {
    const [, digits, transport] = /^([0-9]{1,5})\/([a-z]+)$/.exec(place) ?? [];
    const port = Number(digits);
    if (transport === undefined || port > 65535) continue;
    for (const alias of [name, ...aliases]) setOnce(ports, `${alias}/${transport}`, port);
    setOnce(names, `${port}/${transport}`, name);
  }
  return { ports, names };
}

/** Reads a table of names, a number and aliases: protocols(5), rpc(5). */
export function parseNumbers(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [name = '', digits = '', ...aliases] of rows(text)) {
    if (!/^[0-9]{1,10}$/.test(digits)) continue;
    for (const alias of [name, ...aliases]) setOnce(numbers, alias, Number(digits));
  }
  return numbers;
}

/** Reads networks(5): addresses by name, as four octets of which the missing ones are zero. */
export function parseNetworks(text: string): ReadonlyMap<string, string> {
  const networks = new Map<string, string>();
  for (const [name = '', address = '', ...aliases] of rows(text)) {
    if (!/^\d{1,3}(\.\d{1,3}){0,3}$/.test(address)) continue;
    const octets = [...address.split('.'), '0', '0', '0'].slice(0, 4).map(Number);
    for (const alias of [name, ...aliases]) setOnce(networks, alias, octets.join('.'));
  }
  return networks;
}

/** The RPC programs that super servers were made for, where there is no /etc/rpc. */
export const wellKnownRpc: ReadonlyMap<string, number> = parseNumbers(`
  portmapper 100000 portmap sunrpc rpcbind
  rstatd 100001 rstat rup perfmeter rstat_svc
  rusersd 100002 rusers
  walld 100008 rwall shutdown
  rquotad 100011 rquotaprog quota rquota
  sprayd 100012 spray
  rexd 100017 rex
  ttdbserverd 100083 ttdbserver
  cmsd 100068 dtcalendar
`);

function rows(text: string): readonly (readonly string[])[] {
  return text.split('\n').map((line) => line.replace(/#.*/s, '').trim().split(/\s+/));
}

function setOnce<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}
