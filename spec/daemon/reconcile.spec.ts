import { describe, expect, it } from '@jest/globals';
import { reconcile } from '../../lib/daemon/reconcile.ts';
import { makeLimits, makeService, makeSocket } from '../make.ts';

const at = (port: number, rest = {}) =>
  makeService({
    name: `${port}/tcp4`,
    sockets: [makeSocket(port)],
    origin: { file: 'a.conf', line: port, word: `${port}` },
    ...rest,
  });

const names = (changes: ReturnType<typeof reconcile>) => ({
  keep: changes.keep.map(({ name }) => name),
  change: changes.change.map(({ next }) => next.name),
  add: changes.add.map(({ name }) => name),
  remove: changes.remove.map(({ name }) => name),
});

describe('A reload', () => {
  it('keeps what is equal, also when its line moved', () => {
    const moved = at(1, { origin: { file: 'a.conf', line: 99, word: '1' } });
    expect(names(reconcile([at(1)], [moved], []))).toEqual({
      keep: ['1/tcp4'],
      change: [],
      add: [],
      remove: [],
    });
  });

  it.each([
    { what: 'limits', rest: { limits: makeLimits({ perMinute: 3 }) } },
    { what: 'wait mode', rest: { activation: 'wait' as const } },
    { what: 'program', rest: { action: { kind: 'exec' as const, program: '/bin/date', argv: ['date'] } } },
    { what: 'buffer sizes', rest: { sockets: [makeSocket(1, { sendBuffer: 65_536 })] } },
    { what: 'backlog', rest: { sockets: [makeSocket(1, { backlog: 5 })] } },
  ])('changes the $what in place', ({ rest }) => {
    expect(names(reconcile([at(1)], [at(1, rest)], []))).toEqual({
      keep: [],
      change: ['1/tcp4'],
      add: [],
      remove: [],
    });
  });

  it('takes another address, family or type for another service', () => {
    const v6 = makeSocket(1, { address: { kind: 'inet', family: 6, host: '::', port: 1, dual: false } });
    expect(names(reconcile([at(1)], [at(1, { sockets: [v6] })], []))).toEqual({
      keep: [],
      change: [],
      add: ['1/tcp4'],
      remove: ['1/tcp4'],
    });
    expect(
      reconcile([at(1)], [at(1, { sockets: [makeSocket(1, { type: 'dgram' })] })], []).remove,
    ).toHaveLength(1);
  });

  it('knows tcpmux entries by their names and RPC programs by their versions', () => {
    const mux = makeService({ sockets: [], mux: { name: 'date', plus: true } });
    const rpc = makeService({
      sockets: [makeSocket(0)],
      rpc: { name: 'rstatd', program: 100_001, low: 2, high: 4 },
    });
    const other = makeService({
      sockets: [makeSocket(0)],
      rpc: { name: 'rusersd', program: 100_002, low: 1, high: 3 },
    });
    expect(reconcile([mux, rpc], [mux, rpc, other], [])).toMatchObject({
      keep: [mux, rpc],
      add: [other],
      remove: [],
    });
  });

  it('removes what is no longer there', () => {
    expect(names(reconcile([at(1), at(2)], [at(2)], [])).remove).toEqual(['1/tcp4']);
  });

  it('keeps the last good definition of an entry that is broken now', () => {
    const broken = [{ file: 'a.conf', word: '1' }];
    expect(names(reconcile([at(1), at(2)], [at(2)], broken)).keep.sort()).toEqual(['1/tcp4', '2/tcp4']);
  });

  it('does not confuse a broken entry with one of another file', () => {
    expect(names(reconcile([at(1)], [], [{ file: 'b.conf', word: '1' }])).remove).toEqual(['1/tcp4']);
  });
});
