/** One event of every kind; the compiler misses a kind that is added. */

import type { Event } from '../../lib/log/events.ts';

export type Of<K extends Event['event']> = Extract<Event, { event: K }>;

const finger = { service: 'finger/tcp4', label: 'finger/tcp' } as const;

export const samples: { readonly [K in Event['event']]: Of<K> } = {
  listening: { event: 'listening', service: 'finger/tcp4', address: '127.0.0.1:79' },
  closed: { event: 'closed', service: 'finger/tcp4', address: '127.0.0.1:79' },
  'bind-failed': {
    event: 'bind-failed',
    ...finger,
    address: '127.0.0.1:79',
    call: 'bind',
    code: 'EADDRINUSE',
    reason: 'Address already in use',
    retryMs: 1000,
  },
  started: { event: 'started', ...finger, pid: 99, peer: '192.0.2.7:4711', startMs: 0.42 },
  'handed-over': { event: 'handed-over', ...finger, pid: 99 },
  builtin: { event: 'builtin', ...finger, peer: '[2001:db8::7]:4711' },
  exited: {
    event: 'exited',
    service: 'finger/tcp4',
    program: '/usr/sbin/in.fingerd',
    pid: 99,
    status: 0,
    signal: null,
    wait: false,
    durationMs: 12.34,
    userMs: 1,
    systemMs: 2,
  },
  'start-failed': {
    event: 'start-failed',
    ...finger,
    program: '/usr/sbin/in.fingerd',
    step: 'exec',
    code: 'ENOENT',
    reason: 'No such file or directory',
  },
  refused: {
    event: 'refused',
    ...finger,
    peer: '192.0.2.7:4711',
    reason: 'wrappers',
    limit: null,
    suppressed: 0,
  },
  'accept-failed': {
    event: 'accept-failed',
    ...finger,
    code: 'EMFILE',
    reason: 'Too many open files',
    suppressed: 0,
  },
  paused: { event: 'paused', ...finger, reason: 'rate', limit: 256, pauseMs: 600_000 },
  resumed: { event: 'resumed', ...finger, reason: 'rate' },
  rpc: { event: 'rpc', ...finger, registered: true, port: 1023 },
  reloaded: { event: 'reloaded', added: 1, removed: 2, changed: 3, kept: 4, durationMs: 5 },
  'reload-failed': { event: 'reload-failed', reason: '/etc/inetd.conf: EACCES' },
  diagnostic: {
    event: 'diagnostic',
    severity: 'error',
    file: '/etc/inetd.conf',
    line: 3,
    column: 16,
    code: 'inetd/bad-wait',
    message: "'noway' is neither 'wait' nor 'nowait'",
  },
  ready: { event: 'ready', services: 5, sockets: 7, startMs: 90.4 },
  stopping: { event: 'stopping', reason: 'SIGTERM' },
  stopped: { event: 'stopped', children: 2 },
  dropped: { event: 'dropped', lines: 12 },
  state: { event: 'state', service: 'finger/tcp4', state: 'listening', children: 1, served: 2, refused: 3 },
  message: { event: 'message', level: 'notice', message: 'hello' },
};
