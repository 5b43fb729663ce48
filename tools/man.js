// Makes the manual pages from their scdoc(5) sources; the pages are kept, so that nobody needs scdoc to install them.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'man');

/** The pages' date: the same source gives the same page. */
const DATE = '2026-11-23';

/** The page that a source makes; null where scdoc is not installed. */
export function compile(source) {
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(Date.parse(DATE) / 1000) };
  const { status, stdout, stderr, error } = spawnSync('scdoc', {
    input: readFileSync(source),
    env,
    encoding: 'utf8',
  });
  if (error?.code === 'ENOENT') return null;
  if (status !== 0) throw new Error(`${source}: ${stderr}`);
  return stdout;
}

if (import.meta.filename === process.argv[1]) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.scd'))) {
    const page = compile(join(folder, name));
    if (page === null) throw new Error('scdoc is not installed (Debian: apt-get install scdoc)');
    writeFileSync(join(folder, name.replace(/\.scd$/, '')), page);
  }
}
