/** Real servers of Debian behind superd, asked by their real clients. A missing package skips its case. */

import { agreed, serve } from '../system/daemon.ts';
import { asRoot } from '../system/sandbox.ts';
import { answers, installed } from './asked.ts';
import { cases } from './cases.ts';
import { xinetdForm } from './xinetd-form.ts';

/** The languages, each with how it says an entry of inetd.conf and which peers read it. */
const forms = [
  { language: 'inetd.conf', peers: 'DG', form: (entry: string) => `${entry}\n` },
  { language: 'xinetd.conf', peers: 'X', form: xinetdForm },
] as const;

for (const { language, peers, form } of forms) {
  asRoot(`Real servers under ${language}`, (box) => {
    for (const row of cases) {
      installed(row, agreed(peers), () => answers(box, row, (fill) => serve(box, form(fill(row.entry)))));
    }
  });
}
