/** What a caller hears between the gates and the server, and what is said about it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addressKeyOf } from '../../../lib/access/address-key.ts';
import { OPEN_ACCESS } from '../../../lib/model/access.ts';
import type { Peer } from '../../../lib/model/peer.ts';
import type { Reception, Service } from '../../../lib/model/service.ts';
import { Screening } from '../../../lib/service/reception/screening.ts';
import { GRANTED, type Outcome, REFUSED } from '../../../lib/service/wrap/outcome.ts';
import { close, setBufferSizes } from '../../../lib/sys/socket.ts';
import { receive } from '../../../lib/sys/transfer.ts';
import { makeAccount, makeService } from '../../make.ts';
import { connectedPair } from '../../sys/pair.ts';
import { type Around, type FakeHost, fakeHost } from '../fake-host.ts';

const PEER: Peer = { kind: 'inet', family: 4, address: '192.0.2.7', port: 4711 };
const CALLER = { peer: PEER, address: addressKeyOf('192.0.2.7'), now: 0, byName: false };

describe('Screening', () => {
  let folder = '';
  let caller = -1;
  let ours = -1;
  /** Whether the descriptor still belongs to the spec. */
  let open = true;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'superd-banners-'));
    for (const name of ['always', 'success', 'failure']) writeFileSync(path.join(folder, name), `${name}.`);
    writeFileSync(path.join(folder, 'private'), 'private.', { mode: 0o600 });
    writeFileSync(path.join(folder, 'long'), 'x'.repeat(900_000));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    [caller, ours] = connectedPair('unix', 'stream');
    setBufferSizes(ours, { send: 8192 });
    open = true;
  });
  afterEach(() => {
    close(caller);
    if (open) close(ours);
  });

  function reception(names: Partial<Reception['banner']>, rest: Partial<Reception> = {}): Reception {
    const at = (name: string | null | undefined) => (name == null ? null : path.join(folder, name));
    const banner = { always: at(names.always), success: at(names.success), failure: at(names.failure) };
    return { banner, ident: 'none', identRefused: false, ...rest };
  }

  const ALL = { always: 'always', success: 'success', failure: 'failure' };

  /** Screens one caller to the end. */
  function screen(
    service: Partial<Service>,
    around: Around & { readonly byName?: boolean } = {},
  ): { readonly host: FakeHost; readonly end: Promise<'served' | 'refused'> } {
    const host = fakeHost(makeService(service), around);
    const end = new Promise<'served' | 'refused'>((resolve) => {
      const { byName = false } = around;
      new Screening(host).receive(
        { ...CALLER, fd: ours, byName },
        {
          serve: () => resolve('served'),
          refused: () => resolve('refused'),
        },
      );
    });
    return { host, end };
  }

  function heard(): string {
    const buffer = new Uint8Array(4096);
    const count = receive(caller, buffer);
    return typeof count === 'number' ? Buffer.from(buffer.subarray(0, count)).toString() : String(count);
  }

  it('serves at once where there is nothing to ask', () => {
    const host = fakeHost(makeService());
    const served: string[] = [];
    new Screening(host).receive(
      { ...CALLER, fd: ours },
      { serve: () => served.push('served'), refused: () => served.push('refused') },
    );
    expect(served).toEqual(['served']);
    expect(host.admission.children).toBe(1);
  });

  it.each([
    { caller: 'is served', wrappers: undefined, end: 'served', hears: 'always.success.', refusals: [] },
    {
      caller: 'is refused',
      wrappers: REFUSED,
      end: 'refused',
      hears: 'always.failure.',
      refusals: ['wrappers'],
    },
  ])('a caller who $caller hears $hears', async ({ wrappers, end, hears, refusals }) => {
    const wrap = { daemon: 'd' };
    const around = wrappers === undefined ? {} : { wrappers };
    const screened = screen({ reception: reception(ALL), wrap }, around);
    expect(await screened.end).toBe(end);
    expect(heard()).toBe(hears);
    expect(screened.host.refusals).toEqual(refusals);
    expect(screened.host.admission.children).toBe(end === 'served' ? 1 : 0);
  });

  it.each([
    { name: 'good.example.net', end: 'served', refusals: [] },
    { name: 'bad.example.com', end: 'refused', refusals: ['address'] },
    { name: null, end: 'refused', refusals: ['address'] },
  ])('the lists let $name in by its name: $end', async ({ name, end, refusals }) => {
    const access = { ...OPEN_ACCESS, only: [{ kind: 'domain', suffix: '.example.net' } as const] };
    const screened = screen({ access }, { name, byName: true });
    expect(await screened.end).toBe(end);
    expect(screened.host.refusals).toEqual(refusals);
  });

  it('a banner that the user of the service may not read is not sent, and said once', async () => {
    const account = makeAccount({ user: 'nobody', uid: 65_534, gid: 65_534, groups: [65_534] });
    const screened = screen(
      { reception: reception({ ...ALL, failure: 'private' }), account, wrap: { daemon: 'd' } },
      { wrappers: REFUSED },
    );
    expect(await screened.end).toBe('refused');
    expect(heard()).toBe('always.');
    expect(screened.host.events).toEqual([
      {
        event: 'message',
        level: 'err',
        message: `service = test/tcp4, open of banner ${folder}/private failed`,
      },
    ]);
  });

  it('what is no file is no banner: nobody waits for a pipe', async () => {
    const screened = screen({ reception: reception({ always: '.', success: 'success' }) });
    expect(await screened.end).toBe('served');
    expect(heard()).toBe('success.');
  });

  it('who does not read a long banner is let go of after five seconds', async () => {
    const { host, end } = screen({ reception: reception({ always: 'long' }) });
    // The file is read by other threads.
    while (host.clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(host.admission.children).toBe(1);
    host.clock.advance(5000);
    expect(await end).toBe('refused');
    expect([host.admission.children, host.refusals]).toEqual([0, []]);
  });

  it.each([
    { ident: 'ask', end: 'served', refusals: [] },
    { ident: 'require', end: 'refused', refusals: ['ident'] },
  ] as const)('ident $ident of a caller whose host has no such server: $end', async (row) => {
    const screened = screen({ reception: reception({}, { ident: row.ident }) });
    expect(await screened.end).toBe(row.end);
    expect(screened.host.refusals).toEqual(row.refusals);
    expect(screened.host.events).toMatchObject([
      { event: 'identified', user: null, problem: 'no server', required: row.ident === 'require' },
    ]);
  });

  it('a caller about whom something is being asked is let go of when the service is abandoned', async () => {
    let answer = (_: Outcome) => {};
    const wrappers = new Promise<Outcome>((resolve) => {
      answer = resolve;
    });
    const host = fakeHost(makeService({ wrap: { daemon: 'd' } }), { wrappers });
    const screening = new Screening(host);
    const end = new Promise<string>((resolve) => {
      screening.receive(
        { ...CALLER, fd: ours },
        { serve: () => resolve('served'), refused: () => resolve('refused') },
      );
    });
    expect(screening.isBusy).toBe(true);
    screening.abandon();
    expect(receive(caller, new Uint8Array(1))).toBe(0);
    answer(GRANTED);
    expect(await end).toBe('refused');
    expect([screening.isBusy, host.admission.children, host.refusals]).toEqual([false, 0, []]);
  });

  it('one whom a gate refuses hears both banners before the end', async () => {
    const host = fakeHost(makeService({ reception: reception(ALL) }));
    open = false;
    new Screening(host).turnAway(ours, PEER, 'load');
    expect(host.refusals).toEqual(['load']);
    let all = '';
    for (let part = ''; !part.includes('failure.'); ) {
      await new Promise((resolve) => setImmediate(resolve));
      part = heard();
      if (part !== 'again') all += part;
    }
    expect(all).toBe('always.failure.');
  });
});
