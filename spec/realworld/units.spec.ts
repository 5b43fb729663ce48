/** Real servers of Debian behind units, asked by their real clients. A missing package skips its case. */

import { it } from '@jest/globals';
import { asRoot, type Sandbox } from '../system/sandbox.ts';
import { serveUnits } from '../system/units.ts';
import { answers, installed } from './asked.ts';
import { cases } from './cases.ts';
import { unitCases } from './unit-cases.ts';
import { type Units, unitsForm } from './units-form.ts';

asRoot('Real servers of inetd.conf under units', (box) => {
  for (const row of cases) {
    installed(row, it, () => answers(box, row, (fill) => serveUnits(box, unitsForm(fill(row.entry)))));
  }
});

asRoot('Real servers that take their listeners from LISTEN_FDS', (box) => {
  for (const row of unitCases) {
    installed(row, it, () =>
      answers(box, row, async (fill) => {
        if (row.beside !== undefined) await beside(box, fill(row.beside));
        await serveUnits(box, filled(row.units, fill));
      }),
    );
  }
});

/** A program that goes on while the server is asked. */
async function beside(box: Sandbox, script: string): Promise<void> {
  await box.start(
    { command: '/bin/sh', args: ['-c', script] },
    { env: { PATH: '/usr/bin:/bin' }, cwd: '/' },
    () => {},
  );
}

function filled(units: Units, fill: (text: string) => string): Units {
  return Object.fromEntries(Object.entries(units).map(([name, text]) => [name, fill(text)]));
}
