import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import type { Entry } from '../../lib/log/entry.ts';
import type { Event } from '../../lib/log/events.ts';
import { humanFormat } from '../../lib/log/formats/human.ts';
import { journalFormat } from '../../lib/log/formats/journal.ts';
import { jsonFormat } from '../../lib/log/formats/json.ts';
import { bsdSyslogFormat, syslogFormat } from '../../lib/log/formats/syslog.ts';
import { levelOf } from '../../lib/log/levels.ts';
import { xinetdWording } from '../../lib/log/xinetd-wording.ts';
import { samples } from './samples.ts';

const speaker = { ident: 'inetd', pid: 7, host: 'box.example' };
/** The same digits in local time and in UTC, wherever this runs. */
const local = new Date(2026, 10, 3, 1, 8, 11, 42).getTime();
const utc = Date.UTC(2026, 10, 3, 1, 8, 11, 42);

const entry = (event: Event, timeMs: number): Entry => ({ timeMs, level: levelOf(event), event });
const forged: Event = { event: 'message', level: 'err', message: 'a\nb "c]\\ \u202eü' };

// biome-ignore format: a table
const rows = [
  { name: 'human', format: humanFormat(false), time: local, lines: [
    [samples.started, '2026-11-03 01:08:11.042 info    connection from 192.0.2.7, service finger (tcp) pid=99 peer=192.0.2.7:4711 start=0.4ms'],
    [samples.exited, '2026-11-03 01:08:11.042 info    /usr/sbin/in.fingerd[99]: exit status 0 service=finger/tcp4 duration=12ms cpu=3ms'],
    [samples.builtin, '2026-11-03 01:08:11.042 info    connection from 2001:db8::7, service finger (tcp) peer=[2001:db8::7]:4711'],
    [samples.refused, '2026-11-03 01:08:11.042 warning refused connection from 192.0.2.7, service finger (tcp) peer=192.0.2.7:4711 reason=wrappers'],
    [samples['bind-failed'], '2026-11-03 01:08:11.042 err     finger/tcp: bind: Address already in use address=127.0.0.1:79 retry=1000ms'],
    [samples.reloaded, '2026-11-03 01:08:11.042 notice  reload: 1 added, 2 removed, 3 changed, 4 kept duration=5ms'],
    [samples.ready, '2026-11-03 01:08:11.042 notice  ready: 5 services, 7 sockets start=90ms'],
    [forged, '2026-11-03 01:08:11.042 err     a\\nb "c]\\\\ \\u{202e}ü'],
  ] },
  { name: 'human in colour', format: humanFormat(true), time: local, lines: [
    [samples.started, '2026-11-03 01:08:11.042 info    connection from 192.0.2.7, service finger (tcp) pid=99 peer=192.0.2.7:4711 start=0.4ms'],
    [samples.paused, '2026-11-03 01:08:11.042 \x1b[31merr    \x1b[0m finger/tcp server failing (looping), service terminated for 10 min'],
  ] },
  { name: 'json', format: jsonFormat(), time: utc, lines: [
    [samples.started, '{"time":"2026-11-03T01:08:11.042Z","level":"info","event":"started","service":"finger/tcp4","label":"finger/tcp","pid":99,"peer":"192.0.2.7:4711","startMs":0.42}'],
    [samples.exited, '{"time":"2026-11-03T01:08:11.042Z","level":"info","event":"exited","service":"finger/tcp4","program":"/usr/sbin/in.fingerd","pid":99,"status":0,"signal":null,"wait":false,"durationMs":12.34,"userMs":1,"systemMs":2}'],
    [{ ...samples.ready, startMs: 46.95029200000005 }, '{"time":"2026-11-03T01:08:11.042Z","level":"notice","event":"ready","services":5,"sockets":7,"startMs":46.95}'],
    [forged, '{"time":"2026-11-03T01:08:11.042Z","level":"err","event":"message","message":"a\\nb \\"c]\\\\ \\u202eü"}'],
  ] },
  { name: 'journal', format: journalFormat(), time: local, lines: [
    [samples.started, '<6>connection from 192.0.2.7, service finger (tcp)'],
    [forged, '<3>a\\nb "c]\\\\ \\u{202e}ü'],
  ] },
  { name: 'RFC 3164', format: bsdSyslogFormat(speaker), time: local, lines: [
    [samples.started, '<30>Nov  3 01:08:11 inetd[7]: connection from 192.0.2.7, service finger (tcp)'],
    [samples.exited, '<30>Nov  3 01:08:11 inetd[7]: /usr/sbin/in.fingerd[99]: exit status 0'],
    [samples.paused, '<27>Nov  3 01:08:11 inetd[7]: finger/tcp server failing (looping), service terminated for 10 min'],
    [forged, '<27>Nov  3 01:08:11 inetd[7]: a\\nb "c]\\\\ \\u{202e}ü'],
  ] },
  { name: 'RFC 3164 of another facility', format: bsdSyslogFormat({ ...speaker, facility: 'local3' }), time: local, lines: [
    [samples.paused, '<155>Nov  3 01:08:11 inetd[7]: finger/tcp server failing (looping), service terminated for 10 min'],
  ] },
  { name: 'RFC 5424 of another facility', format: syslogFormat({ ...speaker, facility: 'authpriv' }), time: utc, lines: [
    [samples.reloading, '<85>1 2026-11-03T01:08:11.042Z box.example inetd 7 reloading - reload begins'],
  ] },
  { name: 'human in the words of xinetd', format: humanFormat(false, xinetdWording(7)), time: local, lines: [
    [samples.reloading, '2026-11-03 01:08:11.042 notice  Starting reconfiguration'],
  ] },
  { name: 'journal in the words of xinetd', format: journalFormat(xinetdWording(7)), time: local, lines: [
    [samples.reloading, '<5>Starting reconfiguration'],
  ] },
  { name: 'RFC 5424', format: syslogFormat(speaker), time: utc, lines: [
    [samples.started, '<30>1 2026-11-03T01:08:11.042Z box.example inetd 7 started [superd@32473 service="finger/tcp4" label="finger/tcp" pid="99" peer="192.0.2.7:4711" startMs="0.42"] connection from 192.0.2.7, service finger (tcp)'],
    [samples.refused, '<28>1 2026-11-03T01:08:11.042Z box.example inetd 7 refused [superd@32473 service="finger/tcp4" label="finger/tcp" peer="192.0.2.7:4711" reason="wrappers" suppressed="0"] refused connection from 192.0.2.7, service finger (tcp)'],
    [{ ...samples.ready, startMs: 46.95029200000005 }, '<29>1 2026-11-03T01:08:11.042Z box.example inetd 7 ready [superd@32473 services="5" sockets="7" startMs="46.95"] ready: 5 services, 7 sockets'],
    [{ event: 'stopping', reason: 'a "quoted] \\' }, '<29>1 2026-11-03T01:08:11.042Z box.example inetd 7 stopping [superd@32473 reason="a \\"quoted\\] \\\\"] stopping: a "quoted] \\\\'],
    [forged, '<27>1 2026-11-03T01:08:11.042Z box.example inetd 7 message - \ufeffa\\nb "c]\\\\ \\u{202e}ü'],
  ] },
] as const;

describe.each(rows)('$name lines', ({ format, time, lines }) => {
  it.each(lines.map(([event, line]) => ({ event, line })))('$event.event: $line', ({ event, line }) => {
    expect(format(entry(event, time))).toBe(line);
  });

  it('are one line, say something and are at most 8 KiB, whatever a peer writes', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        for (const event of [
          { ...samples['bind-failed'], service: text, label: text, address: text, reason: text },
          { ...forged, message: text.repeat(4000) },
        ] satisfies Event[]) {
          const line = format(entry(event, time));
          expect(line.replaceAll('\x1b[31m', '').replaceAll('\x1b[0m', '')).not.toMatch(
            /[\p{Cc}\p{Zl}\p{Zp}]/u,
          );
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(8192);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a line of JSON', () => {
  it('is still JSON when its text had to be cut', () => {
    const line = jsonFormat()(
      entry({ event: 'message', level: 'info', message: '\x1b'.repeat(100_000) }, utc),
    );
    expect(JSON.parse(line)).toMatchObject({ event: 'message', message: expect.stringMatching(/\.\.\.$/) });
  });
});

describe('the time of a line', () => {
  it.each(rows)('is its own, not that of the line before: $name', ({ name, format, time }) => {
    const lines = [time, time + 999, time + 60_000].map((at) => format(entry(samples.ready, at)));
    const seen = new Set(lines).size;
    expect(seen).toBe(name.startsWith('journal') ? 1 : 3);
  });
});
