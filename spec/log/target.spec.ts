import { describe, expect, it } from '@jest/globals';
import { isJournalStream, parseLogTarget } from '../../lib/log/target.ts';

describe('parseLogTarget', () => {
  it.each([
    { word: 'stdout', target: { kind: 'stdout' } },
    { word: 'stderr', target: { kind: 'stderr' } },
    { word: 'syslog', target: { kind: 'syslog', path: '/dev/log', form: 'rfc3164' } },
    { word: 'syslog:rfc5424', target: { kind: 'syslog', path: '/dev/log', form: 'rfc5424' } },
    { word: 'udp://collector', target: { kind: 'udp', host: 'collector', port: 514 } },
    { word: 'udp://192.0.2.1:5514', target: { kind: 'udp', host: '192.0.2.1', port: 5514 } },
    { word: 'udp://[2001:db8::1]', target: { kind: 'udp', host: '2001:db8::1', port: 514 } },
    { word: 'udp://[2001:db8::1]:5514/', target: { kind: 'udp', host: '2001:db8::1', port: 5514 } },
    { word: 'udp://', target: null },
    { word: 'udp://host:0', target: null },
    { word: 'udp://host:65536', target: null },
    { word: 'udp://2001:db8::1', target: null },
    { word: 'udp://a/b', target: null },
    { word: 'tcp://host', target: null },
    { word: 'file:/var/log/superd.log', target: { kind: 'file', path: '/var/log/superd.log' } },
    { word: 'file:a b:c', target: { kind: 'file', path: 'a b:c' } },
    { word: 'file:', target: null },
    { word: 'file', target: null },
    { word: '', target: null },
  ])('$word: $target', ({ word, target }) => {
    expect(parseLogTarget(word)).toEqual(target);
  });
});

describe('isJournalStream', () => {
  it.each([
    { variable: '8:1234', stat: { dev: 8n, ino: 1234n }, journal: true },
    { variable: '8:1234', stat: { dev: 8n, ino: 1235n }, journal: false },
    { variable: '8:1234', stat: { dev: 9n, ino: 1234n }, journal: false },
    { variable: '8:18446744073709551615', stat: { dev: 8n, ino: 18446744073709551615n }, journal: true },
    { variable: undefined, stat: { dev: 8n, ino: 1234n }, journal: false },
  ])('$variable and $stat.dev:$stat.ino: $journal', ({ variable, stat, journal }) => {
    expect(isJournalStream(variable, stat)).toBe(journal);
  });
});
