/** Real servers of Debian behind superd, asked by their real clients. A missing package skips its case. */

import { execFileSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { agreed, serve } from '../system/daemon.ts';
import { asRoot, type Sandbox } from '../system/sandbox.ts';
import { type Case, cases } from './cases.ts';
import { xinetdForm } from './xinetd-form.ts';

/** The languages, each with how it says an entry of inetd.conf and which peers read it. */
const forms = [
  { language: 'inetd.conf', peers: 'DG', form: (entry: string) => `${entry}\n` },
  { language: 'xinetd.conf', peers: 'X', form: xinetdForm },
] as const;

const installed = installedPackages();

for (const { language, peers, form } of forms) {
  asRoot(`Real servers under ${language}`, (box) => {
    for (const row of cases) {
      const missing = row.packages.filter((name) => !installed.has(name));
      if (missing.length > 0) it.skip(`${row.title} (needs ${missing.join(', ')})`, () => {});
      else agreed(peers)(row.title, () => answers(box, row, form), 30_000);
    }
  });
}

async function answers(box: Sandbox, row: Case, form: (entry: string) => string): Promise<void> {
  const folder = box.fresh();
  const here = { env: { W: folder }, cwd: folder };
  await box.shell(`mkdir -m 755 ${folder}`);
  const setup = await box.shell(row.setup ?? '', here);
  expect(setup.status).toBe(0);
  await serve(box, form(row.entry.replaceAll('$W', folder)));
  const { stdout, stderr } = await box.shell(row.client, here);
  expect(`${stdout}\n${stderr}`).toMatch(row.expect);
}

/** The Debian packages of this machine; none where there is no dpkg. */
function installedPackages(): ReadonlySet<string> {
  try {
    const rows = execFileSync('dpkg', ['--get-selections'], { encoding: 'utf8' }).split('\n');
    return new Set(rows.filter((row) => row.endsWith('\tinstall')).map((row) => row.replace(/[:\s].*/, '')));
  } catch {
    return new Set();
  }
}
