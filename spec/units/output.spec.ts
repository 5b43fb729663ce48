/** How much of what a unit writes is taken at once, with the clock and the poller in hand. */

import { writeSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Event } from '../../lib/log/events.ts';
import type { Interest, Poller } from '../../lib/sys/epoll.ts';
import { close } from '../../lib/sys/socket.ts';
import { type OpenOutput, Outputs, type Speaker } from '../../lib/units/output.ts';

const SPEAKER: Speaker = { unit: 'x.service', identifier: 'x', level: 6, levelPrefix: true };
const CHUNK = Buffer.from(`${'x'.repeat(16_383)}\n`);

/** A stream whose readiness is told by hand. */
class Bench {
  readonly events: Event[] = [];
  interest: Interest = 'none';
  now = 0;
  readonly outputs: Outputs;
  readonly output: OpenOutput;
  #ready = () => {};
  #timer: (() => void) | null = null;
  #open = true;

  constructor(speaker = SPEAKER) {
    const watch = (_fd: number, interest: Interest, ready: () => void) => {
      this.interest = interest;
      this.#ready = ready;
      return {
        set: (wanted: Interest) => {
          this.interest = wanted;
        },
        stop: () => {
          this.interest = 'none';
        },
      };
    };
    const clock = {
      now: () => this.now,
      wall: () => 0,
      after: (_ms: number, act: () => void) => {
        this.#timer = act;
        return () => {
          this.#timer = null;
        };
      },
    };
    const poller = { watch } as unknown as Poller;
    this.outputs = new Outputs({ poller, clock, emit: (event) => this.events.push(event), lowest: 0 });
    this.output = this.outputs.open(speaker);
  }

  write(bytes: string | Buffer): void {
    writeSync(this.output.fd, Buffer.from(bytes));
  }

  /** As often as a poller would tell it. */
  read(): void {
    if (this.interest === 'in') this.#ready();
  }

  wake(): void {
    this.#timer?.();
  }

  hangUp(): void {
    if (this.#open) close(this.output.fd);
    this.#open = false;
  }

  end(): void {
    this.hangUp();
    this.outputs.close();
  }

  get lines(): readonly string[] {
    return this.events.flatMap((event) => (event.event === 'output' ? [`${event.level} ${event.line}`] : []));
  }
}

let bench: Bench;
afterEach(() => bench.end());

describe('The output of a unit', () => {
  it('is read no further in this moment once it was much, and then again', () => {
    bench = new Bench();
    let chunks = 0;
    for (; chunks < 100 && bench.interest === 'in'; chunks += 1) {
      bench.write(CHUNK);
      bench.read();
    }
    expect([chunks, bench.interest]).toEqual([16, 'none']);
    bench.now = 100;
    bench.wake();
    bench.write(CHUNK);
    bench.read();
    expect(bench.lines).toHaveLength(17);
    expect(bench.interest).toBe('in');
  });

  it('is read on where it is spread over time', () => {
    bench = new Bench();
    for (let chunk = 0; chunk < 50; chunk += 1) {
      bench.now += 10;
      bench.write(CHUNK);
      bench.read();
    }
    expect([bench.lines.length, bench.interest]).toEqual([50, 'in']);
  });

  it.each([
    { text: '<0>a', line: 'crit a' },
    { text: '<3>a', line: 'err a' },
    { text: '<7>', line: 'debug ' },
    { text: '<8>a', line: 'info <8>a' },
    { text: 'a <3>', line: 'info a <3>' },
  ])('$text is $line', ({ line, text }) => {
    bench = new Bench();
    bench.write(`${text}\n`);
    bench.read();
    expect(bench.lines).toEqual([line]);
  });

  it('names the process once it is known', () => {
    bench = new Bench();
    bench.output.started(7);
    bench.write('a\n');
    bench.read();
    expect(bench.events).toEqual([
      { event: 'output', unit: 'x.service', identifier: 'x', pid: 7, level: 'info', line: 'a' },
    ]);
  });

  it('ends with what has no newline when nobody can write any more', () => {
    bench = new Bench();
    bench.write('rest');
    bench.hangUp();
    bench.read();
    expect([bench.outputs.size, bench.lines]).toEqual([1, []]);
    bench.read();
    expect([bench.outputs.size, bench.lines]).toEqual([0, ['info rest']]);
  });

  it('is taken to its last byte when the daemon ends', () => {
    bench = new Bench();
    for (let chunk = 0; chunk < 3; chunk += 1) bench.write(CHUNK);
    bench.write('rest');
    bench.outputs.close();
    expect([bench.outputs.size, bench.lines.length, bench.lines.at(-1)]).toEqual([0, 4, 'info rest']);
  });
});
