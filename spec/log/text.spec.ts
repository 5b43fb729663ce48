import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../lib/log/events.ts';
import { textOf } from '../../lib/log/text.ts';
import { samples } from './samples.ts';

const { started, exited, refused, paused } = samples;

// biome-ignore format: a table
const rows: readonly (readonly [event: Event, text: string])[] = [
  [samples.listening, 'finger/tcp4: listening on 127.0.0.1:79'],
  [samples.closed, 'finger/tcp4: closed 127.0.0.1:79'],
  [samples['bind-failed'], 'finger/tcp: bind: Address already in use'],
  [started, 'connection from 192.0.2.7, service finger (tcp)'],
  [{ ...started, peer: '/run/client' }, 'connection from /run/client, service finger (tcp)'],
  [{ ...started, peer: 'unix', label: '/run/x.sock/unix' }, 'connection from unix, service /run/x.sock (unix)'],
  [samples['handed-over'], 'finger/tcp: handed over to process 99'],
  [samples.builtin, 'connection from 2001:db8::7, service finger (tcp)'],
  [samples['builtin-ended'], 'connection from 2001:db8::7 ended, service finger (tcp)'],
  [exited, '/usr/sbin/in.fingerd[99]: exit status 0'],
  [{ ...exited, status: null, signal: 9 }, '/usr/sbin/in.fingerd[99]: exit signal 9'],
  [samples['start-failed'], 'execv /usr/sbin/in.fingerd: No such file or directory'],
  [{ ...samples['start-failed'], step: 'setresuid', reason: 'Operation not permitted' }, 'finger/tcp: start /usr/sbin/in.fingerd (setresuid): Operation not permitted'],
  [refused, 'refused connection from 192.0.2.7, service finger (tcp)'],
  [{ ...refused, suppressed: 8 }, 'refused connection from 192.0.2.7, service finger (tcp) (and 8 more)'],
  [{ ...refused, reason: 'rate', limit: 40 }, 'refused connection from 192.0.2.7, service finger (tcp): more than 40 starts a minute'],
  [{ ...refused, reason: 'ftp-data' }, 'refused connection from 192.0.2.7, service finger (tcp): it calls from port 20'],
  [{ ...refused, reason: 'start-failed' }, 'refused connection from 192.0.2.7, service finger (tcp): its server could not be started'],
  [{ ...refused, reason: 'ip-max', limit: 5 }, 'refused connection from 192.0.2.7, service finger (tcp): more than 5 requests a minute'],
  [{ ...refused, reason: 'per-address-rate', limit: 5 }, 'finger from 192.0.2.7 exceeded counts/min (limit 5/min)'],
  [{ ...refused, reason: 'per-address-children', limit: 2 }, 'finger from 192.0.2.7 exceeded counts (limit 2)'],
  [{ ...refused, reason: 'loop', label: 'echo/udp' }, 'echo/udp loop request REFUSED from 192.0.2.7'],
  [samples['accept-failed'], 'accept (for finger): Too many open files'],
  [{ ...samples['accept-failed'], suppressed: 7 }, 'accept (for finger): Too many open files (and 7 more)'],
  [paused, 'finger/tcp server failing (looping), service terminated for 10 min'],
  [{ ...paused, pauseMs: 90_000 }, 'finger/tcp server failing (looping), service terminated for 90 s'],
  [{ ...paused, pauseMs: null }, 'finger/tcp server failing (looping), service terminated'],
  [{ ...paused, reason: 'looping', pauseMs: 60_000 }, 'finger/tcp server failing (looping), service terminated for 1 min'],
  [{ ...paused, reason: 'children', limit: 2, pauseMs: null }, 'finger/tcp: accept_max reached (2);service suspended'],
  [{ ...paused, reason: 'descriptors', pauseMs: 1000 }, 'finger/tcp: out of descriptors, service suspended for 1 s'],
  [{ ...paused, reason: 'spawn', pauseMs: 1000 }, 'finger/tcp: cannot start children, service suspended for 1 s'],
  [samples.resumed, 'finger/tcp: service resumed'],
  [samples.identified, 'finger/tcp: user of 192.0.2.7: UNIX : alice'],
  [
    { ...samples.identified, user: null, problem: 'timeout', required: true },
    'finger/tcp: user of 192.0.2.7: unknown (timeout), refused',
  ],
  [samples.relayed, 'finger/tcp: passed on 100 bytes from 192.0.2.7, 2000 bytes back'],
  [samples.unreached, 'finger/tcp: cannot pass 192.0.2.7 on to 192.0.2.80:80: Connection refused'],
  [samples.sensed, 'finger/tcp: 192.0.2.7 touched the sensor, refused everywhere for 60 min'],
  [{ ...samples.sensed, denyMinutes: 'forever' }, 'finger/tcp: 192.0.2.7 touched the sensor, refused everywhere for ever'],
  [samples.forgiven, 'addresses that touched a sensor are served again; 2 are still refused'],
  [samples.disallowed, 'finger/tcp: process 99 goes on serving 192.0.2.7, whom the new rules no longer allow'],
  [samples.ending, 'finger/tcp4: sending SIGTERM to process 99'],
  [samples.reloading, 'reload begins'],
  [samples.applying, 'the configuration was read, the reload takes effect'],
  [samples.changed, 'finger/tcp4: changed'],
  [samples.removed, 'finger/tcp4: removed'],
  [samples.rpc, 'finger/tcp: registered port 1023 with the portmapper'],
  [{ ...samples.rpc, registered: false }, 'finger/tcp: unregistered port 1023 with the portmapper'],
  [samples.reloaded, 'reload: 1 added, 2 removed, 3 changed, 4 kept'],
  [samples['reload-failed'], 'reload failed, the old configuration stays: /etc/inetd.conf: EACCES'],
  [samples.diagnostic, "/etc/inetd.conf:3:16: error: 'noway' is neither 'wait' nor 'nowait' [inetd/bad-wait]"],
  [samples.ready, 'ready: 5 services, 7 sockets'],
  [samples.stopping, 'stopping: SIGTERM'],
  [samples.stopped, 'stopped, 2 children live on'],
  [samples.dropped, '12 log lines were lost because nobody took them'],
  [samples.state, 'finger/tcp4: listening, 1 children, 2 served, 3 refused'],
  [samples.output, 'web[4711]: ready'],
  [{ ...samples.output, pid: null }, 'web: ready'],
  [samples.unit, 'Listening on web.socket - Web.'],
  [samples.message, 'hello'],
];

describe('the text of an event', () => {
  it.each(rows)('%j: %s', (event, text) => {
    expect(textOf(event)).toBe(text);
  });

  it('is in this table for every kind', () => {
    expect([...new Set(rows.map(([event]) => event.event))].sort()).toEqual(Object.keys(samples).sort());
  });
});
