/** Services → pairs of units (systemd.socket(5), systemd.service(5)). */

import type { Service } from '../../../model/service.ts';
import { escapedName, escapedPath } from '../../systemd/text/escape.ts';
import { entriesOf } from '../entries.ts';
import { type Conversion, type ConvertedFile, joined, lossesOf, refused, unwritable } from '../losses.ts';
import { headerOf } from '../xinetd/block.ts';
import { tcpdAdvice } from './commands.ts';
import { UNIT_LOSSES } from './losses.ts';
import { acceptsEach, fileNames, listenOf, type Pair, socketsOf, type UnitTarget } from './pair.ts';
import { UNIT_REFUSALS } from './refusals.ts';
import { limitLines, SERVICE_ROWS } from './service-lines.ts';
import { listenLines, type Row, SOCKET_ROWS } from './socket-lines.ts';
import { canHold, plainText } from './words.ts';

/** Writes services of any language. What cannot be written is told; it never throws. */
export function toUnits(services: readonly Service[], target: UnitTarget): readonly Conversion[] {
  const taken = new Set<string>();
  return entriesOf(services).map((service) => {
    const pieces = piecesOf(service).map((piece) => convert(pairOf(piece, target, taken)));
    return { ...joined(service, pieces, '\n'), files: pieces.flatMap(({ files = [] }) => files) };
  });
}

/** A server on its standard input has one socket: where there are more, each has a pair of its own. */
function piecesOf(service: Service): readonly Service[] {
  const { activation, action, sockets } = service;
  const isSplit = activation === 'wait' && action.kind === 'exec' && sockets.length > 1;
  return isSplit ? sockets.map((socket) => ({ ...service, sockets: [socket] })) : [service];
}

function pairOf(service: Service, target: UnitTarget, taken: Set<string>): Pair {
  const listen = socketsOf(service).flatMap((socket) => listenOf(socket) ?? []);
  return { service, listen, accept: acceptsEach(service), target, base: freeName(service, taken) };
}

function convert(pair: Pair): Conversion {
  const { service } = pair;
  const refusals = lossesOf(UNIT_REFUSALS, pair);
  if (refusals.length > 0) return refused(service, refusals);
  const files = filesOf(pair);
  const lines = files.flatMap(({ text }) => text.split('\n'));
  const bad = lines.find((line) => !canHold(line));
  if (bad !== undefined) return refused(service, [unwritable(`no unit can hold '${bad}'`)]);
  const text = files.map((file) => `# ${file.name}\n${file.text}`).join('\n');
  const advice = tcpdAdvice(service);
  return {
    service,
    text,
    losses: lossesOf(UNIT_LOSSES, pair),
    advice: advice === null ? [] : [advice],
    files,
  };
}

function filesOf(pair: Pair): readonly ConvertedFile[] {
  const { service, accept } = pair;
  const names = fileNames(pair);
  const description = `Description=${plainText(oneLine(service.label))}`;
  const socket = [
    ...section('Unit', [description]),
    ...section('Socket', [...listenLines(pair), ...linesOf(SOCKET_ROWS, pair)]),
    ...section('Install', ['WantedBy=sockets.target']),
  ];
  const collected = accept ? ['CollectMode=inactive-or-failed'] : [];
  const server = [
    ...section('Unit', [description, ...collected]),
    ...section('Service', [...linesOf(SERVICE_ROWS, pair), ...limitLines(pair)]),
  ];
  return [
    { name: names.socket, text: textOf(socket) },
    { name: names.service, text: textOf(server) },
  ];
}

function section(name: string, lines: readonly string[]): readonly string[] {
  return ['', `[${name}]`, ...lines];
}

function linesOf(rows: readonly Row[], pair: Pair): readonly string[] {
  return rows.flatMap(([key, values]) => values(pair).map((value) => `${key}=${value}`));
}

/** Without the empty line before the first section. */
function textOf(lines: readonly string[]): string {
  return `${lines.slice(1).join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** What both files are called; a second service of a name has its type behind it. */
function freeName(service: Service, taken: Set<string>): string {
  const header = headerOf({ service });
  const plain = header.startsWith('/') ? escapedPath(header) : escapedName(header);
  const wanted = plain === '' ? 'service' : plain;
  const typed = `${wanted}-${service.sockets[0]?.type ?? 'tcpmux'}`;
  let name = taken.has(wanted) ? typed : wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${typed}-${count}`;
  taken.add(name);
  return name;
}
