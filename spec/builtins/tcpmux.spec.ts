import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Connection, MuxTable } from '../../lib/builtins/builtin.ts';
import { MuxLine } from '../../lib/builtins/tcpmux-line.ts';
import { close } from '../../lib/sys/socket.ts';
import { receive, send } from '../../lib/sys/transfer.ts';
import { converse, open, readAll } from './clients.ts';
import { BuiltinHost } from './host.ts';
import { ManualClock } from './manual-clock.ts';

/** Services by name; their program says its name and what was left for it to read, and ends. */
class TestMux implements MuxTable {
  readonly #services: Readonly<Record<string, 'plain' | 'plus' | 'full'>> = {
    go: 'plus',
    plain: 'plain',
    busy: 'full',
  };

  names(): readonly string[] {
    return Object.keys(this.#services);
  }

  plus(name: string): boolean {
    return this.#services[name.toLowerCase()] === 'plus';
  }

  start(name: string, connection: Connection, greet: () => void): 'started' | 'refused' | 'unknown' {
    const service = this.#services[name.toLowerCase()];
    if (service === undefined) return 'unknown';
    if (service === 'full') return 'refused';
    greet();
    const rest = new Uint8Array(4096);
    const length = receive(connection.fd, rest);
    const text = typeof length === 'number' ? Buffer.from(rest.subarray(0, length)).toString('latin1') : '';
    send(connection.fd, Buffer.from(`${name}:${JSON.stringify(text)}`));
    close(connection.fd);
    connection.closed();
    return 'started';
  }
}

/** How long an answered caller has to close at most: a first look after 20 ms, the end 2 s later. */
const LINGER_MS = 2020;

describe('tcpmux', () => {
  let clock: ManualClock;
  let host: BuiltinHost;
  let port: number;
  beforeEach(() => {
    clock = new ManualClock();
    host = new BuiltinHost({ mux: new TestMux(), clock });
    port = host.stream('tcpmux');
  });
  afterEach(() => host.stop());

  it.each([
    { of: 'case 99 (builtin)', says: 'help\r\n', answer: 'go\r\nplain\r\nbusy\r\n' },
    { of: 'letter case', says: 'HELP\r\n', answer: 'go\r\nplain\r\nbusy\r\n' },
    { of: 'case 100 (builtin)', says: 'GO\n', answer: '+Go\r\nGO:""' },
    { of: 'case 101 (builtin)', says: 'plain\r\n', answer: 'plain:""' },
    { of: 'case 102 (builtin)', says: 'nowhere\r\n', answer: '-Service not available\r\n' },
    { of: 'a service that is full', says: 'busy\r\n', answer: '-Service not available\r\n' },
    { of: 'case 103 (builtin)', says: 'plain', answer: 'plain:""' },
    { of: 'case 103 (builtin), a carriage return', says: 'plain\r', answer: 'plain:""' },
    { of: 'an end at once', says: '', answer: '-Service not available\r\n' },
    { of: 'case 105 (builtin)', says: 'plain\r\nGET /\r\n\r\n', answer: 'plain:"GET /\\r\\n\\r\\n"' },
    { of: 'case 105 (builtin), a line feed', says: 'plain\n\nx', answer: 'plain:"\\nx"' },
    { of: 'case 105 (builtin), a carriage return', says: 'plain\rx\n', answer: 'plain:"x\\n"' },
    { of: 'case 105 (builtin), two carriage returns', says: 'plain\r\r\n', answer: 'plain:"\\r\\n"' },
    { of: 'case 105 (builtin), a NUL', says: 'plain\0\r\n', answer: 'plain:"\\r\\n"' },
    { of: 'a control character', says: 'pl\x07ain\r\n', answer: '-Service not available\r\n' },
    { of: 'a name without an end', says: 'x'.repeat(5000), answer: '-Service not available\r\n' },
  ])('$of', async ({ says, answer }) => {
    expect((await converse(port, says)).toString('latin1')).toBe(answer);
    clock.advance(LINGER_MS);
    expect([host.open, clock.pending]).toEqual([0, 0]);
  });

  it('a line may come byte by byte', async () => {
    const socket = await open(port);
    socket.setNoDelay(true);
    for (const byte of 'go\r\n') {
      socket.write(byte);
      await turns(20);
    }
    expect((await readAll(socket)).toString()).toBe('+Go\r\ngo:""');
    socket.destroy();
  });

  it('a carriage return alone is a line end when no line feed follows within 200 ms', async () => {
    const socket = await open(port);
    socket.write('plain\r');
    await turns(50);
    clock.advance(200);
    expect((await readAll(socket)).toString()).toBe('plain:""');
    socket.destroy();
  });

  it('a caller who has not named a service within 10 s is closed', async () => {
    const socket = await open(port);
    socket.write('pla');
    await turns(50);
    clock.advance(9_999);
    expect(host.open).toBe(1);
    clock.advance(1);
    expect((await readAll(socket)).length).toBe(0);
    expect(host.open).toBe(0);
    socket.destroy();
  });

  it('slow callers keep nobody else waiting', async () => {
    const slow = await Promise.all(Array.from({ length: 50 }, () => open(port)));
    for (const socket of slow) socket.write('pl');
    expect((await converse(port, 'plain\r\n')).toString()).toBe('plain:""');
    for (const socket of slow) socket.resetAndDestroy();
    while (host.open > 0) await turns(1);
    expect(clock.pending).toBe(0);
  });
});

describe('MuxLine', () => {
  it('takes the same line however it is cut, and nothing behind it', () => {
    const end = fc.constantFrom('\r\n', '\n', '\0');
    const name = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 0, maxLength: 40 });
    fc.assert(
      fc.property(name, end, fc.string(), fc.array(fc.nat(5)), (wanted, ending, rest, cuts) => {
        const line = new MuxLine('any');
        const all = Buffer.from(wanted + ending + rest, 'latin1');
        let taken = 0;
        for (let turn = 0; !line.ended && taken < all.length; turn++) {
          taken += line.take(all.subarray(taken, taken + 1 + (cuts[turn] ?? all.length)));
        }
        expect([line.name, taken]).toEqual([wanted, wanted.length + ending.length]);
      }),
    );
  });
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
