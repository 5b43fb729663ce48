/** Units for the daemon in a sandbox: a folder of files that it serves, and the places where they tell what they got. */

import { type Daemon, type Setup, serve } from './daemon.ts';
import type { Sandbox } from './sandbox.ts';

/** The texts of unit files by their names in the folder. */
export type UnitTexts = Readonly<Record<string, string | Uint8Array>>;

/** Lines below `[Socket]`, or below headers of their own. */
export function socket(...lines: readonly string[]): string {
  return ['[Socket]', ...lines, ''].join('\n');
}

/** Lines below `[Service]`. */
export function service(...lines: readonly string[]): string {
  return ['[Service]', ...lines, ''].join('\n');
}

/** A service that answers each caller of a port with what `program` prints: a `.socket` and its template. */
export function answering(
  port: number,
  program: string,
  more: { readonly socket?: readonly string[]; readonly service?: readonly string[] } = {},
): UnitTexts {
  return {
    'a.socket': socket(`ListenStream=127.0.0.1:${port}`, 'Accept=yes', ...(more.socket ?? [])),
    'a@.service': service('StandardInput=socket', `ExecStart=${program}`, ...(more.service ?? [])),
  };
}

/** Writes files, below a folder that nobody uses yet. */
export async function writeUnits(
  box: Sandbox,
  texts: UnitTexts,
  folder = box.fresh('.units'),
): Promise<string> {
  for (const [name, text] of Object.entries(texts)) {
    const file = `${folder}/${name}`;
    await box.shell(`mkdir -p '${file.slice(0, file.lastIndexOf('/'))}'`);
    await box.write(file, text);
  }
  return folder;
}

/** Starts the daemon on a folder of units (`into`: one that is there already), and waits until it has started what is in it. */
export async function serveUnits(
  box: Sandbox,
  texts: UnitTexts,
  setup: Setup = {},
  into?: string,
): Promise<Daemon & { readonly folder: string }> {
  const folder = await writeUnits(box, texts, into);
  const daemon = await serve(box, '', { files: [folder], ...setup });
  return Object.assign(daemon, { folder });
}

/** What is told of a unit, first to last. */
export function toldOf(daemon: Daemon, unit: string): readonly string[] {
  return daemon
    .events('unit')
    .filter((event) => event.unit === unit)
    .map(({ message }) => message);
}
