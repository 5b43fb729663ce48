/** Lines for people: time, level, text, and the fields that the text does not say. */

import { type Entry, type Format, MAX_TEXT } from '../entry.ts';
import { safeText } from '../escape.ts';
import type { Event, Level } from '../events.ts';
import { localTime } from '../time.ts';
import { inetdWording, type Wording } from '../wording.ts';

/** SGR colours (ECMA-48): red, yellow, cyan, none, grey. */
const COLOURS: Readonly<Record<Level, string>> = {
  crit: '\x1b[31m',
  err: '\x1b[31m',
  warning: '\x1b[33m',
  notice: '\x1b[36m',
  info: '',
  debug: '\x1b[90m',
};
const PLAIN = '\x1b[0m';

/** The level words, as wide as the longest, in colour on a terminal. */
function levelWords(colour: boolean): Readonly<Record<Level, string>> {
  const word = (level: Level): string => {
    const padded = level.padEnd('warning'.length);
    return colour && COLOURS[level] !== '' ? COLOURS[level] + padded + PLAIN : padded;
  };
  return {
    crit: word('crit'),
    err: word('err'),
    warning: word('warning'),
    notice: word('notice'),
    info: word('info'),
    debug: word('debug'),
  };
}

/** `2026-11-23 01:18:11.042 info    connection from 192.0.2.7, service finger (tcp) pid=99 peer=192.0.2.7:4711 start=0.4ms`. */
export function humanFormat(colour: boolean, { textOf }: Wording = inetdWording): Format {
  const time = localTime();
  const words = levelWords(colour);
  return (entry: Entry) => {
    const body = safeText(textOf(entry.event) + details(entry.event), MAX_TEXT);
    return `${time(entry.timeMs)} ${words[entry.level]} ${body}`;
  };
}

type Details = { readonly [K in Event['event']]?: (event: Extract<Event, { event: K }>) => string };

/** Key fields that the classic text leaves out. */
const DETAILS: Details = {
  started: (e) => ` pid=${e.pid} peer=${e.peer} start=${ms(e.startMs)}`,
  builtin: (e) => ` peer=${e.peer}`,
  refused: (e) => ` peer=${e.peer} reason=${e.reason}`,
  exited: (e) => ` service=${e.service} duration=${ms(e.durationMs)} cpu=${ms(e.userMs + e.systemMs)}`,
  'bind-failed': (e) => ` address=${e.address} retry=${ms(e.retryMs)}`,
  reloaded: (e) => ` duration=${ms(e.durationMs)}`,
  ready: (e) => ` start=${ms(e.startMs)}`,
};

function details(event: Event): string {
  const say = DETAILS[event.event] as ((event: Event) => string) | undefined;
  return say === undefined ? '' : say(event);
}

function ms(value: number): string {
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)}ms`;
}
