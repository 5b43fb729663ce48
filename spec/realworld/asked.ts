/** Asks a real server as its client does. */

import { execFileSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import type { Sandbox } from '../system/sandbox.ts';

/** What is set up, what is asked, what must come back. `$W` is an empty folder of its own; scripts run in it with bash. */
export interface Asked {
  readonly title: string;
  /** Debian packages of server and client (spec/realworld/install). */
  readonly packages: readonly string[];
  readonly setup?: string;
  readonly client: string;
  /** What the client prints matches this; a dot matches newlines, ^ and $ match at lines. */
  readonly expect: RegExp;
}

/** Asks a server that `serve` starts once its files are there; the folder takes the place of `$W` in what it is given. */
export async function answers(
  box: Sandbox,
  row: Asked,
  serve: (fill: (text: string) => string) => Promise<unknown>,
): Promise<void> {
  const folder = box.fresh();
  const here = { env: { W: folder }, cwd: folder };
  await box.shell(`mkdir -m 755 ${folder}`);
  const setup = await box.shell(row.setup ?? '', here);
  expect(setup).toMatchObject({ status: 0 });
  await serve((text) => text.replaceAll('$W', folder));
  const { stdout, stderr } = await box.shell(row.client, here);
  expect(`${stdout}\n${stderr}`).toMatch(row.expect);
}

/** A spec for a server; skipped, with the reason in its title, where a package is missing. */
export function installed({ title, packages }: Asked, use: typeof it.skip, spec: () => Promise<void>): void {
  const missing = packages.filter((name) => !present.has(name));
  if (missing.length > 0) it.skip(`${title} (needs ${missing.join(', ')})`, () => {});
  else use(title, spec, 30_000);
}

const present = installedPackages();

/** The Debian packages of this machine; none where there is no dpkg. */
function installedPackages(): ReadonlySet<string> {
  try {
    const rows = execFileSync('dpkg', ['--get-selections'], { encoding: 'utf8' }).split('\n');
    return new Set(rows.filter((row) => row.endsWith('\tinstall')).map((row) => row.replace(/[:\s].*/, '')));
  } catch {
    return new Set();
  }
}
