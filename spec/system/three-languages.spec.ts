/** One daemon on inetd.conf, xinetd.conf and units at once. */

import path from 'node:path';
import { expect, it } from '@jest/globals';
import { type Daemon, serve } from './daemon.ts';
import { asRoot, root } from './sandbox.ts';
import { answering, toldOf, type UnitTexts, writeUnits } from './units.ts';
import { service } from './xinetd.ts';

asRoot('One daemon on three languages', (box) => {
  const files = ['/etc/inetd.conf', '/etc/xinetd.conf', '/run/units'];
  const [first, second, third, shared] = [23001, 23002, 23003, 23004];
  const script = (word: string) => `/bin/sh -c "echo ${word}"`;

  const inetd = (port: number, word = 'inetd') =>
    `${port} stream tcp4 nowait root /bin/sh sh /run/${word}.sh\n`;
  const xinetd = (port: number, id = 'x', word = 'xinetd') =>
    service(
      id,
      port,
      'socket_type = stream',
      'wait = no',
      'user = root',
      'server = /bin/sh',
      `server_args = /run/${word}.sh`,
    );
  const unit = (port: number, word = 'unit', name = 'u'): UnitTexts => {
    const units = answering(port, script(word));
    return { [`${name}.socket`]: units['a.socket'] ?? '', [`${name}@.service`]: units['a@.service'] ?? '' };
  };

  interface Texts {
    readonly inetd?: string;
    readonly xinetd?: string;
    readonly units?: UnitTexts;
  }

  async function write(texts: Texts): Promise<void> {
    for (const word of ['inetd', 'xinetd', 'again']) await box.write(`/run/${word}.sh`, `echo ${word}\n`);
    if (texts.inetd !== undefined) await box.write('/etc/inetd.conf', texts.inetd);
    if (texts.xinetd !== undefined) await box.write('/etc/xinetd.conf', texts.xinetd);
    if (texts.units !== undefined) {
      await box.shell('rm -rf /run/units');
      await writeUnits(box, texts.units, '/run/units');
    }
  }

  async function serveAll(texts: Texts): Promise<Daemon> {
    await write({ inetd: '', xinetd: '', units: {}, ...texts });
    await box.shell('mkdir -p /run/units');
    return serve(box, '', { files });
  }

  async function answers(...ports: readonly number[]): Promise<readonly string[]> {
    const all: string[] = [];
    for (const port of ports) all.push((await box.says(port)).trim());
    return all;
  }

  it('serves an entry, a block and a socket unit side by side', async () => {
    await serveAll({ inetd: inetd(first), xinetd: xinetd(second), units: unit(third) });
    expect(await answers(first, second, third)).toEqual(['inetd', 'xinetd', 'unit']);
  });

  it('serves the unit, then xinetd.conf, then inetd.conf where they want one address, and says where both stand', async () => {
    const daemon = await serveAll({
      inetd: inetd(shared) + inetd(second) + inetd(first),
      xinetd: xinetd(shared, 'x') + xinetd(second, 'y'),
      units: unit(shared),
    });
    expect(await answers(shared, second, first)).toEqual(['unit', 'xinetd', 'inetd']);
    const said = daemon.events('diagnostic').filter(({ code }) => code.endsWith('/claimed'));
    expect(said.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual([
      'xinetd/claimed /etc/xinetd.conf:1',
      'inetd/claimed /etc/inetd.conf:1',
      'inetd/claimed /etc/inetd.conf:2',
    ]);
    const holders = said.map(({ message }) => / of (\S+:\d+) has /.exec(message)?.[1]);
    expect(holders).toEqual(['/run/units/u.socket:1', '/run/units/u.socket:1', '/etc/xinetd.conf:12']);
  });

  it('gives what was lost to the next language when the stronger one lets it go', async () => {
    const daemon = await serveAll({
      inetd: inetd(shared),
      xinetd: xinetd(shared),
      units: unit(shared),
    });
    expect(await answers(shared)).toEqual(['unit']);
    await write({ units: unit(third) });
    await daemon.reload();
    expect(await answers(shared, third)).toEqual(['xinetd', 'unit']);
    await write({ xinetd: xinetd(second) });
    await daemon.reload();
    expect(await answers(shared, second)).toEqual(['inetd', 'xinetd']);
    await write({ units: unit(shared) });
    await daemon.reload();
    expect(await answers(shared, second)).toEqual(['unit', 'xinetd']);
  });

  it('lists the services of all of them, each under a name of its own', async () => {
    await write({
      inetd: inetd(first),
      xinetd: xinetd(second, 'u.socket') + xinetd(third, '23001/tcp4'),
      units: unit(shared),
    });
    const { status, stdout } = await box.shell(
      `${process.execPath} ${path.join(root, 'bin/superd.js')} list --json ${files.join(' ')}`,
    );
    expect(status).toBe(0);
    const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual(['23001/tcp4', '23001/tcp4#2', 'u.socket', 'u.socket#2', 'u@.service']);
  });

  it.each<{ language: string; change: Texts; expected: readonly string[] }>([
    {
      language: 'inetd.conf',
      change: { inetd: inetd(first, 'again') },
      expected: ['again', 'xinetd', 'unit'],
    },
    {
      language: 'xinetd.conf',
      change: { xinetd: xinetd(second, 'x', 'again') },
      expected: ['inetd', 'again', 'unit'],
    },
    {
      language: 'the units',
      change: { units: unit(third, 'again') },
      expected: ['inetd', 'xinetd', 'again'],
    },
  ])('a reload takes a change of $language and leaves the others alone', async ({ change, expected }) => {
    const daemon = await serveAll({ inetd: inetd(first), xinetd: xinetd(second), units: unit(third) });
    expect(await answers(first, second, third)).toEqual(['inetd', 'xinetd', 'unit']);
    await write(change);
    await daemon.reload();
    expect(await answers(first, second, third)).toEqual(expected);
    expect(toldOf(daemon, 'u.socket').filter((text) => text.startsWith('Closed'))).toEqual([]);
  });

  it('reads the files of all languages where they always are when none is named', async () => {
    await write({ inetd: inetd(first), xinetd: xinetd(second) });
    await box.shell('rm -rf /etc/superd; mkdir -p /etc/superd/sockets.target.wants');
    await writeUnits(box, { ...unit(third), ...unit(shared, 'off', 'off') }, '/etc/superd');
    await box.shell('ln -s ../u.socket /etc/superd/sockets.target.wants/u.socket');
    await serve(box, '', { files: [] });
    expect(await answers(first, second, third, shared)).toEqual(['inetd', 'xinetd', 'unit', 'ECONNREFUSED']);
    await box.shell('rm -rf /etc/superd');
  });
});
