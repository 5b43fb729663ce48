/** Lines for people: time, level, text, and the fields that the text does not say. */

import { type Entry, type Format, MAX_TEXT } from '../entry.ts';
import { safeText } from '../escape.ts';
import type { Event, Level } from '../events.ts';
import { textOf } from '../text.ts';
import { localTime } from '../time.ts';

/** SGR colours (ECMA-48): red, yellow, cyan, none, grey. */
const COLOURS: Readonly<Record<Level, string>> = {
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
    err: word('err'),
    warning: word('warning'),
    notice: word('notice'),
    info: word('info'),
    debug: word('debug'),
  };
}

/** `2026-11-23 01:18:11.042 info    connection from 192.0.2.7, service finger (tcp) pid=99 peer=192.0.2.7:4711 start=0.4ms`. */
export function humanFormat(colour: boolean): Format {
  const time = localTime();
  const words = levelWords(colour);
  return (entry: Entry) => {
    const body = safeText(textOf(entry.event) + details(entry.event), MAX_TEXT);
    return `${time(entry.timeMs)} ${words[entry.level]} ${body}`;
  };
}

/** Key fields that the classic text leaves out. */
function details(event: Event): string {
  switch (event.event) {
    case 'started':
      return ` pid=${event.pid} peer=${event.peer} start=${ms(event.startMs)}`;
    case 'builtin':
      return ` peer=${event.peer}`;
    case 'refused':
      return ` peer=${event.peer} reason=${event.reason}`;
    case 'exited':
      return ` service=${event.service} duration=${ms(event.durationMs)} cpu=${ms(event.userMs + event.systemMs)}`;
    case 'bind-failed':
      return ` address=${event.address} retry=${ms(event.retryMs)}`;
    case 'reloaded':
      return ` duration=${ms(event.durationMs)}`;
    case 'ready':
      return ` start=${ms(event.startMs)}`;
    case 'listening':
    case 'closed':
    case 'handed-over':
    case 'start-failed':
    case 'accept-failed':
    case 'paused':
    case 'resumed':
    case 'rpc':
    case 'reload-failed':
    case 'diagnostic':
    case 'stopping':
    case 'stopped':
    case 'dropped':
    case 'state':
    case 'message':
      return '';
  }
}

function ms(value: number): string {
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)}ms`;
}
